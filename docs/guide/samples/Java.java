// A client for Java 17 and later. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Java {
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String sha256(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    static String sign(String... lines) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(utf8(System.getenv("ALLSCALE_API_SECRET")), "HmacSHA256"));
        return "v1=" + Base64.getEncoder().encodeToString(mac.doFinal(utf8(String.join("\n", lines))));
    }

    static String call(String method, String path, String body) throws Exception {
        String timestamp = String.valueOf(Instant.now().getEpochSecond());
        String nonce = UUID.randomUUID().toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("ALLSCALE_BASE_URL") + path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .header("X-API-Key", System.getenv("ALLSCALE_API_KEY"))
                .header("X-Timestamp", timestamp)
                .header("X-Nonce", nonce)
                .header("X-Signature", sign(method, path, "", timestamp, nonce, sha256(utf8(body))))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * @param target path and query of your webhook URL, for example /webhook?shop=1
     * @param rawBody the raw bytes, before any JSON parser
     */
    static boolean verify(String target, String id, String timestamp, String nonce, String signature, byte[] rawBody)
            throws Exception {
        long age = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
        if (age > 300 || age < -60) return false;
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        String expected = sign("allscale:webhook:v1", "POST", path, query, id, timestamp, nonce, sha256(rawBody));
        return MessageDigest.isEqual(utf8(expected), utf8(signature));
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("create")) {
            String order = "{\"currency\":1,\"amount_cents\":1250,\"accepted_stable_coins\":[1,2],\"order_id\":\"A-1001\"}";
            System.out.println(call("POST", "/v1/checkout_intents/", order));
        } else if (args[0].equals("verify")) {
            boolean genuine = verify(args[1], args[2], args[3], args[4], args[5], Files.readAllBytes(Path.of(args[6])));
            System.out.println(genuine ? "genuine" : "rejected");
            System.exit(genuine ? 0 : 1);
        }
    }
}
