package dev.reliability.testkit.fault;

import java.util.List;
import java.util.Map;

/** A request as it was read; of a bad one, as much as could be read. Immutable by agreement: the body is not copied. */
final class Request {
    /** One of which nothing is known. */
    static final Request UNREAD = new Request("", "", "", Map.of(), new byte[0]);

    private final String method;
    private final String target;
    private final String version;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    Request(String method, String target, String version, Map<String, List<String>> headers, byte[] body) {
        this.method = method;
        this.target = target;
        this.version = version;
        this.headers = headers;
        this.body = body;
    }

    String method() {
        return method;
    }

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    Map<String, List<String>> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isFor(String path) {
        return path().equals(path) || path().startsWith(path.endsWith("/") ? path : path + "/");
    }

    /** Whether the client lets the connection live on after the answer. */
    boolean keepsAlive() {
        return version.equals("HTTP/1.1")
                && headers.getOrDefault("Connection", List.of()).stream()
                        .flatMap(value -> List.of(value.split(",", -1)).stream())
                        .noneMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    @Override
    public String toString() {
        return method.isEmpty() ? "unread request" : method + " " + target + " (" + body.length + " bytes)";
    }
}
