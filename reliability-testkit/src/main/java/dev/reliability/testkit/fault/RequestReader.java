package dev.reliability.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads one request of HTTP/1.1 (RFC 9112) from a connection, strictly: what the RFC lets a server forgive is forgiven
 * only where it says "should". For one request and one thread.
 */
final class RequestReader {
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)^http://[^/?]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9A-Fa-f]{1,15}");
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final OutputStream out;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int headerBytes;
    private String method = "";
    private String target = "";
    private String version = "";

    RequestReader(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Reads the request to its end.
     *
     * @throws BadRequestException if it is malformed, too large, or ends early
     */
    void read() throws IOException {
        readRequestLine();
        readHeaders();
        boolean chunked = isChunked();
        long length = contentLength();
        if (chunked && length >= 0) {
            throw new BadRequestException("it has both Transfer-Encoding and Content-Length");
        }
        if (version.equals("HTTP/1.1") && values("Host").size() != 1) {
            throw new BadRequestException("it must have one Host header, but has " + values("Host"));
        }
        answerExpectation();
        if (chunked) {
            readChunks();
        } else {
            readBody(Math.max(0, length));
        }
    }

    /** What has been read so far: all of it after {@link #read} has returned. */
    Request request() {
        return new Request(method, target, version, Collections.unmodifiableMap(headers), body.toByteArray());
    }

    private void readRequestLine() throws IOException {
        String line = readLine();
        while (line.isEmpty()) {
            line = readLine(); // RFC 9112, 2.2: a server should ignore empty lines before the request
        }
        List<String> parts = List.of(line.split(" ", -1));
        if (parts.size() != 3) {
            throw new BadRequestException("its first line is not a request: " + shown(line));
        }
        method = parts.get(0);
        target = ABSOLUTE.matcher(parts.get(1)).replaceFirst("");
        version = parts.get(2);
        if (!TOKEN.matcher(method).matches()) {
            throw new BadRequestException("its method is not a token: " + shown(method));
        }
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw new BadRequestException("its version is neither HTTP/1.0 nor HTTP/1.1: " + shown(version));
        }
    }

    private void readHeaders() throws IOException {
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon));
            if (!TOKEN.matcher(name).matches()) {
                throw new BadRequestException("it has a line that is not a header: " + shown(line));
            }
            headers.computeIfAbsent(name, any -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        headers.replaceAll((name, values) -> List.copyOf(values));
    }

    private boolean isChunked() throws BadRequestException {
        List<String> codings = values("Transfer-Encoding");
        if (codings.isEmpty()) {
            return false;
        }
        if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
            throw new BadRequestException("its Transfer-Encoding must be chunked, but is " + codings);
        }
        return true;
    }

    private long contentLength() throws BadRequestException {
        List<String> lengths = values("Content-Length");
        if (lengths.isEmpty()) {
            return -1;
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.get(0)).matches()) {
            throw new BadRequestException("its Content-Length must be one number, but is " + lengths);
        }
        return Long.parseLong(lengths.get(0));
    }

    private void answerExpectation() throws IOException {
        List<String> expectations = values("Expect");
        if (expectations.isEmpty()) {
            return;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new BadRequestException("its Expect must be 100-continue, but is " + expectations);
        }
        out.write(CONTINUE);
    }

    private void readChunks() throws IOException {
        for (long size = readChunkSize(); size > 0; size = readChunkSize()) {
            readBody(size);
            if (!readLine().isEmpty()) {
                throw new BadRequestException("it has a chunk that is longer than its size");
            }
        }
        String trailer; // of no interest
        do {
            trailer = readLine();
        } while (!trailer.isEmpty());
    }

    private long readChunkSize() throws IOException {
        headerBytes = 0; // the limit is for each line of the framing, not for a body of many chunks
        String line = readLine();
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (!CHUNK_SIZE.matcher(size).matches()) {
            throw new BadRequestException("it has a chunk whose size is not a number: " + shown(line));
        }
        return Long.parseLong(size, 16);
    }

    private void readBody(long length) throws IOException {
        if (length > MAX_BODY_BYTES - body.size()) {
            throw new BadRequestException("its body is longer than " + MAX_BODY_BYTES + " bytes");
        }
        byte[] bytes = in.readNBytes((int) length);
        body.writeBytes(bytes);
        if (bytes.length < length) {
            throw new BadRequestException("it ends in the middle of its body, after " + body.size() + " bytes");
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new BadRequestException("it ends in the middle of its header");
            }
            if (++headerBytes > MAX_HEADER_BYTES) {
                throw new BadRequestException("its header is longer than " + MAX_HEADER_BYTES + " bytes");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new BadRequestException("it has a line that does not end in CR LF: " + shown(text));
        }
        return text.substring(0, text.length() - 1);
    }

    private List<String> values(String header) {
        return headers.getOrDefault(header, List.of());
    }

    private static String shown(String text) {
        String start = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return "\"" + start.replaceAll("[^ -~]", "?") + "\"";
    }
}
