import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Verifies the viewers that a gateway signs for one subgraph (docs/viewer-signature.md). Needs Java 17 and nothing else. */
public final class ViewerSignatures {
  /**
   * A verified viewer.
   *
   * @param claims the viewer as JSON text: id, bureau, roles, scopes, divisions, elderId and purpose; to be parsed with the
   *     service's own library
   * @param address the client's address; empty where the gateway does not send one
   */
  public record Verified(String claims, String address) {}

  private static final long LIFE_MS = 60_000;
  private static final long SKEW_MS = 5_000;
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Za-z0-9_-]{1,32})\\.([0-9]{1,16})\\.([A-Za-z0-9_-]{1,64})\\.([^.,]{1,128})\\.([A-Za-z0-9_-]+)"
              + "(?:\\.([A-Za-z0-9_-]*))?\\.([A-Za-z0-9_-]{43})");

  private final Map<String, byte[]> keys;
  private final String subgraph;
  private final LongSupplier now;
  /** When each nonce that was used may be forgotten; the oldest come first. */
  private final Map<String, Long> nonces = new LinkedHashMap<>();

  public ViewerSignatures(Map<String, byte[]> keys, String subgraph) {
    this(keys, subgraph, System::currentTimeMillis);
  }

  ViewerSignatures(Map<String, byte[]> keys, String subgraph, LongSupplier now) {
    this.keys = Map.copyOf(keys);
    this.subgraph = subgraph;
    this.now = now;
  }

  /** The keys of a text {@code <id>:<base64url>}, separated by commas. */
  public static Map<String, byte[]> readKeys(String text) {
    Map<String, byte[]> keys = new HashMap<>();
    for (String entry : text.split(",")) {
      String[] parts = entry.trim().split(":", 2);
      keys.put(parts[0], Base64.getUrlDecoder().decode(parts[1]));
    }
    return keys;
  }

  /** The viewer of a request with this header and these bytes as its body; empty for one to refuse with status 401. */
  public Optional<Verified> verify(String header, byte[] body) {
    Matcher parts = FORM.matcher(header);
    if (!parts.matches()) return Optional.empty();
    byte[] key = keys.get(parts.group(1));
    long time = now.getAsLong();
    long age = time - Long.parseLong(parts.group(2));
    if (key == null || !parts.group(4).equals(subgraph) || age >= LIFE_MS || age <= -SKEW_MS)
      return Optional.empty();
    byte[] expected = macOf(key, header.substring(0, header.lastIndexOf('.')), body);
    try {
      Base64.Decoder decoder = Base64.getUrlDecoder();
      // MessageDigest.isEqual takes the same time wherever the two differ.
      if (!MessageDigest.isEqual(expected, decoder.decode(parts.group(7)))) return Optional.empty();
      if (!isFirst(parts.group(3), time)) return Optional.empty();
      String claims = new String(decoder.decode(parts.group(5)), StandardCharsets.UTF_8);
      String address = parts.group(6) == null ? "" : parts.group(6);
      String decoded = new String(decoder.decode(address), StandardCharsets.UTF_8);
      return claims.startsWith("{") ? Optional.of(new Verified(claims, decoded)) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static byte[] macOf(byte[] key, String signed, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((signed + "\n").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Remembers a nonce until no header with it can be accepted any more. Only nonces of valid signatures get here. */
  private synchronized boolean isFirst(String nonce, long time) {
    Iterator<Long> oldest = nonces.values().iterator();
    while (oldest.hasNext() && oldest.next() <= time) oldest.remove();
    return nonces.putIfAbsent(nonce, time + LIFE_MS + SKEW_MS) == null;
  }
}
