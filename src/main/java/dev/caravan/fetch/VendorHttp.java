package dev.caravan.fetch;

import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * The HTTP client of the fetch route: paces each request when its connection is open, and bounds each answer in size and
 * time. No cookies, no redirects, no retries of its own: those are the route's to see.
 */
public final class VendorHttp implements HttpClientConfigurer {
    private final Pacer pacer;
    private final long largestAnswer;
    private final Duration longestAnswer;
    private final String userAgent;

    /**
     * @param pacer holds the permitted rates
     * @param settings {@code fetch.answer.largest-bytes}, {@code fetch.answer.longest}, {@code fetch.user-agent}
     */
    public VendorHttp(Pacer pacer, Settings settings) {
        this.pacer = pacer;
        this.largestAnswer = settings.number("fetch.answer.largest-bytes", 1, Integer.MAX_VALUE);
        this.longestAnswer = settings.duration("fetch.answer.longest");
        this.userAgent = settings.text("fetch.user-agent");
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.setUserAgent(userAgent);
        builder.disableCookieManagement();
        builder.disableRedirectHandling();
        builder.disableAutomaticRetries();
        builder.setRequestExecutor(new PacedExecutor());
        builder.addExecInterceptorFirst("bounds", (request, scope, chain) -> {
            long deadline = System.nanoTime() + longestAnswer.toNanos();
            ClassicHttpResponse response = chain.proceed(request, scope);
            if (response.getEntity() != null) {
                response.setEntity(new BoundedEntity(response.getEntity(), deadline));
            }
            return response;
        });
    }

    private final class PacedExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                HttpResponseInformationCallback informationCallback,
                HttpContext context)
                throws IOException, HttpException {
            Leaving leaving = Leaving.take();
            if (leaving == null) {
                throw new HttpException("a request that did not pass the door was about to leave");
            }
            try (Pacer.Departure departure = leaving.depart(pacer)) {
                leaving.check();
                return super.execute(request, announcing(connection, departure), informationCallback, context);
            }
        }

        /** The same connection, which says when it has been flushed: then the request is on its way. */
        private HttpClientConnection announcing(HttpClientConnection connection, Pacer.Departure departure) {
            return (HttpClientConnection) Proxy.newProxyInstance(
                    HttpClientConnection.class.getClassLoader(),
                    new Class<?>[] {HttpClientConnection.class},
                    (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(connection, arguments);
                            if (method.getName().equals("flush")) {
                                departure.left();
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    private final class BoundedEntity extends HttpEntityWrapper {
        private final long deadline;

        BoundedEntity(HttpEntity entity, long deadline) {
            super(entity);
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), deadline);
        }
    }

    private final class BoundedStream extends FilterInputStream {
        private final long deadline;
        private long read;

        BoundedStream(InputStream stream, long deadline) {
            super(stream);
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            check(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            check(Math.max(0, count));
            return count;
        }

        private void check(int count) throws IOException {
            read += count;
            if (read > largestAnswer) {
                throw new AnswerTooLarge(
                        "the answer is larger than " + largestAnswer + " bytes (fetch.answer.largest-bytes)");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "the answer took longer than " + longestAnswer.toSeconds() + " s (fetch.answer.longest)");
            }
        }
    }

    /** An answer beyond the bound: asking again would bring it again. */
    static final class AnswerTooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        AnswerTooLarge(String message) {
            super(Secrets.mask(message));
        }
    }
}
