package dev.reliability.testkit.contract.push;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One POST request over a connection of its own, without a thread and without a retry of its own: the reference has to
 * be above suspicion. The socket of a channel, because an interrupt closes it.
 */
final class ReferencePost {
    private ReferencePost() {}

    /** What is known after a request. */
    sealed interface Answer {
        /** An answer came, and all of it. */
        record Status(int code, String retryAfter) implements Answer {}

        /** It certainly did not arrive. */
        record NotSent() implements Answer {}

        /** No answer came, or not all of one. */
        record Lost(int code) implements Answer {}
    }

    /** Posts until the instant; a time-out there is a {@link Answer.Lost}. */
    static Answer post(URI uri, String key, byte[] body, long endNanos) throws InterruptedException {
        boolean sent = false;
        int[] code = new int[1];
        try (SocketChannel channel = SocketChannel.open();
                Socket socket = channel.socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), millis(endNanos));
            sent = true;
            String head = "POST " + uri.getPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                    + "\r\nConnection: close\r\nContent-Type: application/json\r\nIdempotency-Key: " + key
                    + "\r\nContent-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            return read(socket, endNanos, code);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            return sent ? new Answer.Lost(code[0]) : new Answer.NotSent();
        }
    }

    private static Answer read(Socket socket, long endNanos, int[] code) throws IOException {
        String status = line(socket, endNanos);
        if (!status.matches("HTTP/1\\.1 \\d{3} .*")) {
            throw new IOException("not HTTP: " + status);
        }
        int length = 0;
        String retryAfter = "";
        for (String line = line(socket, endNanos); !line.isEmpty(); line = line(socket, endNanos)) {
            String[] header = line.split(": *", 2);
            if (header[0].equalsIgnoreCase("Content-Length")) {
                length = Integer.parseInt(header[1]);
            } else if (header[0].equalsIgnoreCase("Retry-After")) {
                retryAfter = header[1];
            }
        }
        code[0] = Integer.parseInt(status.substring(9, 12));
        for (int i = 0; i < length; i++) {
            next(socket, endNanos);
        }
        return new Answer.Status(code[0], retryAfter);
    }

    private static String line(Socket socket, long endNanos) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(socket, endNanos); c != '\n'; c = next(socket, endNanos)) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static int next(Socket socket, long endNanos) throws IOException {
        socket.setSoTimeout(millis(endNanos));
        InputStream in = socket.getInputStream();
        int c = in.read();
        if (c < 0) {
            throw new EOFException();
        }
        return c;
    }

    private static int millis(long endNanos) throws SocketTimeoutException {
        long left = (endNanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}
