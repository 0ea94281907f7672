package dev.reliability.testkit.fault;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port of the loopback interface, kept for as long as its destination lives, whether something listens there or not.
 *
 * <p>How it works: a socket that is bound but does not listen holds the port. While nothing else listens there, the
 * kernel refuses whoever connects, nobody else is given the port, and no client can by chance be given it as its own
 * end and so connect to itself. On Linux, a listening socket can be bound beside the holder, as both have SO_REUSEADDR,
 * so the port is never free for a moment. Where a system does not allow that, the holder gives way to the first
 * listening socket; from then on the port is free, if hardly ever taken, during a refusal.
 *
 * <p>For one thread, except {@link #number}.
 */
final class Port implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Port.class);
    private static final int BACKLOG = 128;

    private final InetAddress loopback;
    private final Socket holder;
    private final int number;

    Port() throws IOException {
        loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        holder = new Socket();
        try {
            holder.setReuseAddress(true);
            holder.bind(new InetSocketAddress(loopback, 0));
        } catch (IOException e) {
            holder.close();
            throw e;
        }
        number = holder.getLocalPort();
    }

    int number() {
        return number;
    }

    /** Begins to listen; who closes the socket ends it. */
    ServerSocket listen() throws IOException {
        try {
            return bind();
        } catch (BindException e) {
            if (holder.isClosed()) {
                throw e;
            }
            LOG.debug("port {} cannot be held while it is listened to", number, e);
            holder.close();
            return bind();
        }
    }

    private ServerSocket bind() throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(loopback, number), BACKLOG);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        holder.close();
    }
}
