import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.TermWeightor;

/** Articles as documents, and how many of a sample have a term. */
final class Documents {
  static final Set<String> TEXTS = Set.of("all", "title", "source");
  static final Set<String> GRAMS = Set.of("all", "title");

  private Documents() {}

  static Document document(JsonNode article) {
    Document document = new Document();
    for (Map.Entry<String, JsonNode> field : article.properties()) {
      if (TEXTS.contains(field.getKey())) {
        Readings readings = new Readings(field.getValue().asText());
        document.add(new TextField(field.getKey(), readings));
        continue;
      }
      for (JsonNode value : field.getValue()) {
        document.add(new StringField(field.getKey(), value.asText(), Field.Store.NO));
      }
    }
    return document;
  }

  /** Gives more weight to what fewer articles have, and among the unseen to longer ones. */
  static TermWeightor weightor(List<JsonNode> sample, Grams grams) {
    Map<Term, Integer> having = new HashMap<>();
    for (JsonNode article : sample) {
      terms(article, grams).forEach(term -> having.merge(term, 1, Integer::sum));
    }
    double size = sample.size();
    return term -> {
      double unseen = 1.0 / (1 + term.bytes().length);
      return size / (having.getOrDefault(term, 0) + unseen);
    };
  }

  private static Set<Term> terms(JsonNode article, Grams grams) {
    Set<Term> found = new HashSet<>();
    for (Map.Entry<String, JsonNode> field : article.properties()) {
      String name = field.getKey();
      if (!TEXTS.contains(name)) {
        field.getValue().forEach(value -> found.add(new Term(name, value.asText())));
        continue;
      }
      for (String word : field.getValue().asText().split("[ |]+")) {
        found.add(new Term(name, word));
        if (GRAMS.contains(name)) {
          grams.of(word, gram -> found.add(new Term(name, gram)));
        }
      }
    }
    return found;
  }
}
