package dev.reliability.example.push.http;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The one rule for URLs, of destinations and of events: http or https, with a host, without user information. What is
 * said of a URL holds neither its user information nor its query, nor, if it is malformed, any of it: there may be a
 * secret in each.
 */
public final class HttpUrl {
    private static final int LAST_PORT = 65_535;

    private HttpUrl() {}

    /** Says why a text is no such URL. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private Malformed(String why) {
            super(why); // without the cause: its message repeats the text
        }
    }

    /** The URL of a text. */
    public static URI of(String text) throws Malformed {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new Malformed("must be an http or https URL, but has an error at index " + e.getIndex());
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null || url.getPort() > LAST_PORT) {
            throw new Malformed("must be an http or https URL with a host and without user information");
        }
        return url;
    }

    /** What messages call a URL. */
    public static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String more = url.getRawQuery() == null && url.getRawFragment() == null ? "" : "?...";
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath() + more;
    }
}
