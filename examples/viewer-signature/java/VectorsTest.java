import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks the verifier against the test vectors, whose path is the argument. Exits with 1 where one fails. */
public final class VectorsTest {
  public static void main(String[] arguments) throws Exception {
    Map<?, ?> file = (Map<?, ?>) new Json(Files.readString(Path.of(arguments[0]))).value();
    String keys =
        ((Map<?, ?>) file.get("keys"))
            .entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(","));
    int passed = 0;
    int failed = 0;
    for (Object each : (List<?>) file.get("vectors")) {
      Map<?, ?> vector = (Map<?, ?>) each;
      long[] now = {0};
      var signatures =
          new ViewerSignatures(
              ViewerSignatures.readKeys(keys), (String) file.get("subgraph"), () -> now[0]);
      boolean isRight = true;
      for (Object sent : (List<?>) vector.get("requests")) {
        Map<?, ?> request = (Map<?, ?>) sent;
        now[0] = (Long) request.get("now");
        byte[] body = ((String) request.get("body")).getBytes(StandardCharsets.UTF_8);
        var verified = signatures.verify((String) request.get("header"), body);
        isRight &= verified.isPresent() == (Boolean) request.get("accepted");
        if (verified.isPresent() && isRight) {
          String address = (String) request.get("address");
          var expected =
              new ViewerSignatures.Verified((String) request.get("claims"), address == null ? "" : address);
          isRight &= verified.equals(Optional.of(expected));
        }
      }
      if (isRight) passed++;
      else {
        failed++;
        System.err.println("failed: " + vector.get("name"));
      }
    }
    System.out.println(passed + " passed, " + failed + " failed");
    if (failed > 0 || passed < 30) System.exit(1);
  }

  /** Reads the JSON of the vectors: objects, lists, texts, integers, booleans and null. */
  private static final class Json {
    private final String text;
    private int at = 0;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      char first = skipSpace();
      if (first == '{') return object();
      if (first == '[') return list();
      if (first == '"') return string();
      int start = at;
      while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) at++;
      String word = text.substring(start, at);
      return switch (word) {
        case "true" -> true;
        case "false" -> false;
        case "null" -> null;
        default -> Long.valueOf(word);
      };
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<>();
      at++;
      while (skipSpace() != '}') {
        String name = string();
        skipSpace();
        at++;
        members.put(name, value());
        if (skipSpace() == ',') at++;
      }
      at++;
      return members;
    }

    private List<Object> list() {
      List<Object> entries = new ArrayList<>();
      at++;
      while (skipSpace() != ']') {
        entries.add(value());
        if (skipSpace() == ',') at++;
      }
      at++;
      return entries;
    }

    private String string() {
      StringBuilder result = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char each = text.charAt(at);
        if (each == '\\') {
          each = text.charAt(++at);
          if (each == 'n') each = '\n';
          else if (each == 'u') {
            each = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
          }
        }
        result.append(each);
      }
      at++;
      return result.toString();
    }

    private char skipSpace() {
      while (Character.isWhitespace(text.charAt(at))) at++;
      return text.charAt(at);
    }
  }
}
