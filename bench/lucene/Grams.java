import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.CustomQueryHandler;
import org.apache.lucene.monitor.QueryTree;
import org.apache.lucene.monitor.TermWeightor;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.WildcardQuery;

/**
 * Finds queries with wildcards by the letters at the beginning of a word, else at its end, else by
 * some within. Of the words of an article only grams of lengths that a query has are made.
 */
final class Grams implements CustomQueryHandler {
  // No word holds these; a gram is never taken for a word, nor a beginning for an end.
  private static final char BEGINNING = '\u0002';
  private static final char END = '\u0003';
  private static final char WITHIN = '\u0004';
  // More letters are rarer, and all parts of a word that are so long are too many.
  private static final int LONGEST_WITHIN = 4;

  private final Set<String> fields;
  private final BitSet beginnings = new BitSet();
  private final BitSet ends = new BitSet();
  private final BitSet within = new BitSet();

  Grams(Set<String> fields) {
    this.fields = fields;
  }

  @Override
  public QueryTree handleQuery(Query query, TermWeightor weightor) {
    Term term =
        switch (query) {
          case PrefixQuery prefix -> beginning(prefix.getField(), prefix.getPrefix().text());
          case WildcardQuery wildcard -> gram(wildcard.getField(), wildcard.getTerm().text());
          default -> null;
        };
    return term == null ? null : QueryTree.term(term, weightor);
  }

  private Term gram(String field, String written) {
    String[] parts = written.split("[*?]", -1);
    String first = parts[0];
    String last = parts[parts.length - 1];
    if (first.length() >= 2) {
      return beginning(field, first);
    }
    if (last.length() >= 2) {
      ends.set(last.length());
      return new Term(field, END + last);
    }
    String longest = "";
    for (String part : parts) {
      longest = part.length() > longest.length() ? part : longest;
    }
    if (longest.length() < 2) {
      return null;
    }
    String some = longest.substring(0, Math.min(longest.length(), LONGEST_WITHIN));
    within.set(some.length());
    return new Term(field, WITHIN + some);
  }

  private Term beginning(String field, String letters) {
    beginnings.set(letters.length());
    return new Term(field, BEGINNING + letters);
  }

  /** Gives the grams of a word. */
  void of(String word, Consumer<String> grams) {
    int size = word.length();
    for (int n = beginnings.nextSetBit(0); n >= 0 && n <= size; n = beginnings.nextSetBit(n + 1)) {
      grams.accept(BEGINNING + word.substring(0, n));
    }
    for (int n = ends.nextSetBit(0); n >= 0 && n <= size; n = ends.nextSetBit(n + 1)) {
      grams.accept(END + word.substring(size - n));
    }
    for (int n = within.nextSetBit(0); n >= 0 && n <= size; n = within.nextSetBit(n + 1)) {
      for (int at = 0; at + n <= size; at++) {
        grams.accept(WITHIN + word.substring(at, at + n));
      }
    }
  }

  @Override
  public TokenStream wrapTermStream(String field, TokenStream in) {
    return fields.contains(field) ? new WithGrams(in) : in;
  }

  private final class WithGrams extends TokenFilter {
    private final Queue<String> grams = new ArrayDeque<>();
    private final CharTermAttribute written = addAttribute(CharTermAttribute.class);

    WithGrams(TokenStream in) {
      super(in);
    }

    @Override
    public boolean incrementToken() throws java.io.IOException {
      if (!grams.isEmpty()) {
        clearAttributes();
        written.append(grams.remove());
        return true;
      }
      if (!input.incrementToken()) {
        return false;
      }
      of(written.toString(), grams::add);
      return true;
    }
  }
}
