// Understudy from Java: one file, nothing but the JDK (17 or newer). Run it with `java SandboxTest.java`.
// It starts the sandbox, takes a session of its own, loads a scenario, calls, advances, verifies.
// Java has no JSON parser, so answers are read by plain patterns.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class SandboxTest {
    static final String SCENARIO = """
            understudy: 1
            scenario: An order waits for its approval
            vendor: cloudflare
            clock: { at: 2026-01-05T09:00:00Z }
            world:
              cloudflare:
                base: none
                accounts: [{ name: shop, id: shop }]
                credentials: [{ name: default, token: shop-token, account: shop }]
                workflows:
                  - name: order
                    steps: [{ do: check, takes: 30s }, { wait: approval, event: approved }, { do: ship, takes: 1m, output: done }]
            verify:
              - { operation: createInstance, times: 1 }
              - { operation: sendEvent, times: 1 }
            """;

    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("understudy-");
        Path ready = folder.resolve("ready.json");
        Process sandbox = start(ready);
        try {
            play(listening(sandbox, ready));
            System.out.println("ok: an order waits for its approval, and is done a minute after it");
        } finally {
            sandbox.destroy();
            sandbox.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(ready);
            Files.delete(folder);
        }
    }

    static Process start(Path ready) throws Exception {
        String python = System.getenv().getOrDefault("UNDERSTUDY_PYTHON", "python3");
        List<String> command = List.of(
                python, "-m", "understudy", "serve", "cloudflare", "--port", "0", "--ready-file", ready.toString());
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static String listening(Process sandbox, Path ready) throws Exception {
        for (int waited = 0; !Files.exists(ready); waited += 50) {
            check(sandbox.isAlive() && waited < 30_000, "the sandbox does not listen");
            Thread.sleep(50);
        }
        return text(Files.readString(ready), "url");
    }

    static void play(String origin) throws Exception {
        String session = origin + "/__admin/sessions/java";
        String body = "{\"name\": \"java\", \"scenario\": \"" + escaped(SCENARIO) + "\"}";
        check(send("POST", origin + "/__admin/sessions", body).statusCode() == 201, "no session");

        String instances = origin + "/~java/cloudflare/client/v4/accounts/shop/workflows/order/instances";
        equal(text(call("POST", instances, "{\"instance_id\": \"order-1\"}"), "status"), "queued");
        equal(text(call("GET", instances + "/order-1", ""), "status"), "running");

        send("POST", session + "/clock/advance", "{\"by\": \"30s\"}");
        equal(text(call("GET", instances + "/order-1", ""), "status"), "running");
        check(send("POST", session + "/verify", "").statusCode() == 409, "no event was sent yet");

        call("POST", instances + "/order-1/events/approved", "{\"by\": \"ada\"}");
        send("POST", session + "/clock/advance", "{\"by\": \"1m\"}");
        String done = call("GET", instances + "/order-1?simple=true", "");
        equal(text(done, "status"), "complete");
        equal(text(done, "output"), "done");
        equal(text(done, "end"), "2026-01-05T09:01:30.000Z");
        check(send("POST", session + "/verify", "").statusCode() == 200, "what was verified did not hold");
    }

    static String call(String method, String url, String body) throws Exception {
        HttpResponse<String> answer = send(method, url, body);
        check(answer.statusCode() == 200, answer.body());
        return answer.body();
    }

    static HttpResponse<String> send(String method, String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("authorization", "Bearer shop-token");
        if (body.isEmpty()) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        check(found.find(), "no " + name + " in " + json);
        return found.group(1);
    }

    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    static void equal(String got, String wanted) {
        check(got.equals(wanted), "got " + got + ", not " + wanted);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
