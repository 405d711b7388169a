import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;

/** A query about places, which the presearcher sees as the plain one that it cannot match without. */
final class Approximated extends Query {
  private final Query query;
  private final Query approximation;

  Approximated(Query query, Query approximation) {
    this.query = query;
    this.approximation = approximation;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    return query;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    approximation.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return query.toString(field);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Approximated same && query.equals(same.query);
  }

  @Override
  public int hashCode() {
    return query.hashCode();
  }
}
