import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.monitor.TermWeightor;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;

/**
 * Matches articles of a folder against its queries: `java Bench FOLDER PASSES`. For each line of
 * standard input, as `0 100`, it takes those articles and prints what each took; for `matches` it
 * writes which queries matched each article.
 */
public final class Bench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  private final Monitor monitor;
  private final List<JsonNode> articles;

  private Bench(Monitor monitor, List<JsonNode> articles) {
    this.monitor = monitor;
    this.articles = articles;
  }

  public static void main(String[] arguments) {
    // It says that it does not know this JDK's vectors, which matching has no use for.
    LUCENE.setLevel(Level.SEVERE);
    try {
      run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    } catch (Exception problem) {
      problem.printStackTrace();
      System.exit(1); // the monitor's own thread would live on
    }
  }

  private static void run(Path folder, int passes) throws IOException {
    List<JsonNode> articles = read(folder.resolve("articles.jsonl"));
    List<JsonNode> sample = read(folder.resolve("sample.jsonl"));
    List<JsonNode> trees = read(folder.resolve("queries.jsonl"));
    long before = heap();
    long begun = THREADS.getCurrentThreadCpuTime();
    List<MonitorQuery> queries = new ArrayList<>();
    Grams grams = new Grams(Documents.GRAMS);
    for (JsonNode each : trees) {
      Query query = Trees.query(each.get(1));
      learn(query, grams);
      queries.add(new MonitorQuery(each.get(0).asText(), query));
    }
    TermWeightor weightor = Documents.weightor(sample, grams);
    Presearcher presearcher =
        passes == 1
            ? new TermFilteredPresearcher(weightor, List.of(grams), Set.of())
            : new MultipassTermFilteredPresearcher(passes, 0, weightor, List.of(grams), Set.of());
    Monitor monitor = new Monitor(new WhitespaceAnalyzer(), presearcher);
    monitor.register(queries);
    queries.clear();
    trees.clear();
    double seconds = (THREADS.getCurrentThreadCpuTime() - begun) / 1e9;
    tell(Map.of("build_seconds", seconds, "megabytes", (heap() - before) / 1e6,
        "parts", monitor.getDisjunctCount()));
    new Bench(monitor, articles).serve(folder);
    monitor.close();
  }

  /** Has the grams know all lengths before the first query is weighed. */
  private static void learn(Query query, Grams grams) {
    query.visit(
        new QueryVisitor() {
          @Override
          public void visitLeaf(Query leaf) {
            grams.handleQuery(leaf, term -> 1);
          }
        });
  }

  private void serve(Path folder) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      if (line.equals("matches")) {
        write(folder.resolve("matches.jsonl"));
        tell(Map.of());
      } else {
        String[] range = line.split(" ");
        round(articles.subList(Integer.parseInt(range[0]), Integer.parseInt(range[1])));
      }
    }
  }

  private void round(List<JsonNode> some) throws IOException {
    List<Double> each = new ArrayList<>();
    long run = 0;
    long matched = 0;
    for (JsonNode article : some) {
      long begun = THREADS.getCurrentThreadCpuTime();
      MatchingQueries<QueryMatch> found = match(article);
      each.add((THREADS.getCurrentThreadCpuTime() - begun) / 1e9);
      run += found.getQueriesRun();
      matched += found.getMatchCount();
    }
    double count = some.size();
    tell(Map.of("seconds", each, "run", run / count, "matched", matched / count));
  }

  private MatchingQueries<QueryMatch> match(JsonNode article) throws IOException {
    MatchingQueries<QueryMatch> found =
        monitor.match(Documents.document(article), QueryMatch.SIMPLE_MATCHER);
    if (!found.getErrors().isEmpty()) {
      throw new IllegalStateException(found.getErrors().toString());
    }
    return found;
  }

  private void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (JsonNode article : articles) {
        List<String> found = new ArrayList<>();
        match(article).getMatches().forEach(match -> found.add(match.getQueryId()));
        out.write(JSON.writeValueAsString(found));
        out.newLine();
      }
    }
  }

  private static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        found.add(JSON.readTree(line));
      }
    }
    return found;
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void tell(Object said) throws IOException {
    System.out.println(JSON.writeValueAsString(said));
    System.out.flush();
  }
}
