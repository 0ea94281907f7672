package dev.reliability.testkit.fault;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection and its thread: reads requests one after the other and does to each what its fault says. */
final class Connection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int LINGER_MILLIS = 2000;

    private final Endpoint endpoint;
    private final Socket socket;
    private final long id;
    private boolean idle = true; // guarded by the endpoint's lock
    private volatile boolean closedHere; // written by any, under the endpoint's lock except by the owner

    Connection(Endpoint endpoint, Socket socket, long id) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.id = id;
    }

    long id() {
        return id;
    }

    boolean isIdle() {
        return idle;
    }

    void setIdle(boolean idle) {
        this.idle = idle;
    }

    boolean isClosedHere() {
        return closedHere;
    }

    /** Closes the connection whatever its thread is doing, which then ends. */
    void closeNow() {
        closedHere = true;
        Endpoint.close(socket);
    }

    @Override
    public void run() {
        try {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean more = true;
            while (more && endpoint.waits(this)) {
                more = serve(in, out);
            }
            linger(in);
        } catch (IOException e) {
            LOG.debug("connection {} of {} ends: {}", id, endpoint.path(), e.getMessage());
        } finally {
            closeNow();
            endpoint.left(this);
        }
    }

    /** Serves one request; false if the connection is to be closed. */
    private boolean serve(InputStream in, OutputStream out) throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return false;
        }
        in.reset();
        if (!endpoint.begins(this)) {
            return reset();
        }
        RequestReader reader = new RequestReader(in, out);
        try {
            reader.read();
        } catch (BadRequestException e) {
            String problem = requireNonNull(e.getMessage());
            Exchange exchange = endpoint.arrivedWrong(this, reader.request(), problem);
            return answer(out, exchange, Answer.problem(400, problem), false);
        } catch (IOException e) {
            if (!closedHere) {
                endpoint.arrivedWrong(this, reader.request(), "its connection broke: " + e.getMessage());
            }
            throw e;
        }
        Request request = reader.request();
        if (!request.isFor(endpoint.path())) {
            String problem = "its path is neither " + endpoint.path() + " nor below it: " + request.path();
            Exchange exchange = endpoint.arrivedWrong(this, request, problem);
            return answer(out, exchange, Answer.problem(404, problem), request.keepsAlive());
        }
        return carryOut(endpoint.arrived(this, request), in, out);
    }

    private boolean carryOut(Exchange exchange, InputStream in, OutputStream out) throws IOException {
        Fault fault = requireNonNull(exchange.fault);
        boolean keepAlive = exchange.request.keepsAlive();
        if (fault instanceof Fault.Accept accept) {
            return answer(out, exchange, Answer.ok(accept.body()), keepAlive);
        }
        if (fault instanceof Fault.Status status) {
            return answer(out, exchange, Answer.of(status), keepAlive);
        }
        if (fault instanceof Fault.Slow slow) {
            return endpoint.pause(Spans.nanos(slow.delay())) && answer(out, exchange, Answer.ok(""), keepAlive);
        }
        if (fault instanceof Fault.Hang) {
            in.transferTo(OutputStream.nullOutputStream());
            return false;
        }
        if (fault instanceof Fault.CutBody cut) {
            endpoint.processed(exchange);
            out.write(Answer.ok(cut.body()).half(exchange.request.isHead()));
            return false;
        }
        if (fault instanceof Fault.Garbage) {
            out.write(Answer.GARBAGE);
            return false;
        }
        if (fault instanceof Fault.AckThenDrop) {
            endpoint.processed(exchange);
        }
        return reset(); // this one, Reset, and a connection that was open before a refusal or a hang-up became due
    }

    private boolean answer(OutputStream out, Exchange exchange, Answer answer, boolean wanted) throws IOException {
        boolean keepAlive = wanted && endpoint.keepsAlive();
        boolean written = false;
        endpoint.answers(exchange, answer.isSuccess());
        try {
            out.write(answer.bytes(exchange.request.isHead(), keepAlive));
            written = true;
        } finally {
            endpoint.answered(exchange, written && answer.isSuccess());
        }
        return keepAlive;
    }

    /** Closes with RST: SO_LINGER 0 makes the kernel drop the connection instead of ending it. */
    private boolean reset() throws IOException {
        closedHere = true;
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
    }

    /**
     * Closes after what was written has been read. Closing at once would reset the connection if something of the
     * client's is still unread, and a reset takes from the client what it has not read yet (RFC 9112, 9.6).
     */
    private void linger(InputStream in) throws IOException {
        if (closedHere) {
            return;
        }
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_MILLIS);
        byte[] ignored = new byte[8192];
        long start = System.nanoTime();
        while (in.read(ignored) >= 0 && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS)) {
            LOG.trace("connection {} is closed, but its client goes on", id);
        }
    }
}
