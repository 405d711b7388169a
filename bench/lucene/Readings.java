import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** Folded tokens, a word each; the readings of one, parted by `|`, stand at its position. */
final class Readings extends TokenStream {
  // No distance reaches from the title into the text.
  private static final int GAP = 1_000;
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final PositionIncrementAttribute increment =
      addAttribute(PositionIncrementAttribute.class);
  private final String text;
  private int at;
  private int next;

  /** Takes words parted by one space each; a second space is a wall. */
  Readings(String text) {
    this.text = text;
  }

  @Override
  public boolean incrementToken() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
      next = next == 0 ? 1 : GAP;
    }
    if (at >= text.length()) {
      return false;
    }
    int end = at;
    while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '|') {
      end++;
    }
    clearAttributes();
    term.append(text, at, end);
    increment.setPositionIncrement(next);
    boolean more = end < text.length() && text.charAt(end) == '|';
    next = 0;
    at = more ? end + 1 : end;
    return true;
  }

  @Override
  public void reset() {
    at = 0;
    next = 1;
  }
}
