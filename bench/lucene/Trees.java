import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.intervals.IntervalQuery;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.queries.intervals.IntervalsSource;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.BytesRef;

/** The trees of `lucene_peer.py` as queries of Lucene: ["or", tree…], ["words", field, word…]. */
final class Trees {
  // The most that is allowed; an article has not as many words that begin alike.
  private static final int EXPANSIONS = 1_024;

  private Trees() {}

  static Query query(JsonNode tree) {
    return switch (tree.get(0).asText()) {
      case "and" -> all(tree);
      case "or" -> any(queries(tree, 1));
      case "words" -> words(tree);
      case "near" -> near(tree);
      default -> throw new IllegalArgumentException(tree.toString());
    };
  }

  private static Query all(JsonNode tree) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (int at = 1; at < tree.size(); at++) {
      JsonNode child = tree.get(at);
      boolean not = child.get(0).asText().equals("not");
      all.add(query(not ? child.get(1) : child), not ? Occur.MUST_NOT : Occur.MUST);
    }
    return all.build();
  }

  private static Query any(List<Query> queries) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    queries.forEach(each -> any.add(each, Occur.SHOULD));
    return any.build();
  }

  private static List<Query> queries(JsonNode tree, int from) {
    List<Query> found = new ArrayList<>();
    for (int at = from; at < tree.size(); at++) {
      found.add(query(tree.get(at)));
    }
    return found;
  }

  private static Query words(JsonNode tree) {
    String field = tree.get(1).asText();
    List<Query> each = new ArrayList<>();
    boolean wild = false;
    for (int at = 2; at < tree.size(); at++) {
      String word = tree.get(at).asText();
      wild |= isWild(word);
      each.add(word(field, word));
    }
    if (each.size() == 1) {
      return each.get(0);
    }
    if (wild) {
      BooleanQuery.Builder all = new BooleanQuery.Builder();
      each.forEach(query -> all.add(query, Occur.MUST));
      return new Approximated(new IntervalQuery(field, source(tree)), all.build());
    }
    PhraseQuery.Builder phrase = new PhraseQuery.Builder();
    each.forEach(query -> phrase.add(((TermQuery) query).getTerm()));
    return phrase.build();
  }

  private static Query word(String field, String word) {
    if (isPrefix(word)) {
      return new PrefixQuery(new Term(field, word.substring(0, word.length() - 1)));
    }
    Term term = new Term(field, word);
    return isWild(word) ? new WildcardQuery(term) : new TermQuery(term);
  }

  static boolean isWild(String word) {
    return word.indexOf('*') >= 0 || word.indexOf('?') >= 0;
  }

  private static boolean isPrefix(String word) {
    return word.indexOf('*') == word.length() - 1 && word.indexOf('?') < 0;
  }

  /** Reads ["near", field, ordered, distance, left, right]. */
  private static Query near(JsonNode tree) {
    String field = tree.get(1).asText();
    int distance = tree.get(3).asInt();
    List<IntervalsSource> found = new ArrayList<>();
    for (IntervalsSource left : alternatives(tree.get(4))) {
      for (IntervalsSource right : alternatives(tree.get(5))) {
        found.add(Intervals.maxgaps(distance, Intervals.ordered(left, right)));
        if (!tree.get(2).asBoolean()) {
          found.add(Intervals.maxgaps(distance, Intervals.ordered(right, left)));
        }
      }
    }
    BooleanQuery.Builder both = new BooleanQuery.Builder();
    both.add(query(tree.get(4)), Occur.MUST);
    both.add(query(tree.get(5)), Occur.MUST);
    IntervalsSource places = found.size() == 1 ? found.get(0) : Intervals.or(found);
    return new Approximated(new IntervalQuery(field, places), both.build());
  }

  /** All words together are one alternative, each phrase is its own. */
  private static List<IntervalsSource> alternatives(JsonNode tree) {
    List<IntervalsSource> single = new ArrayList<>();
    List<IntervalsSource> found = new ArrayList<>();
    boolean or = tree.get(0).asText().equals("or");
    for (int at = 1; at < (or ? tree.size() : 2); at++) {
      JsonNode each = or ? tree.get(at) : tree;
      if (!each.get(0).asText().equals("words")) {
        throw new IllegalArgumentException("not in the mix: " + tree);
      }
      (each.size() == 3 ? single : found).add(source(each));
    }
    if (!single.isEmpty()) {
      found.add(single.size() == 1 ? single.get(0) : Intervals.or(single));
    }
    return found;
  }

  private static IntervalsSource source(JsonNode words) {
    List<IntervalsSource> found = new ArrayList<>();
    for (int at = 2; at < words.size(); at++) {
      String word = words.get(at).asText();
      if (isPrefix(word)) {
        BytesRef prefix = new BytesRef(word.substring(0, word.length() - 1));
        found.add(Intervals.prefix(prefix, EXPANSIONS));
      } else if (isWild(word)) {
        found.add(Intervals.wildcard(new BytesRef(word), EXPANSIONS));
      } else {
        found.add(Intervals.term(word));
      }
    }
    return found.size() == 1
        ? found.get(0)
        : Intervals.phrase(found.toArray(IntervalsSource[]::new));
  }
}
