package dev.reliability.example.peers;

/** Whose work is judged. */
enum Library {
    RESILIENCE4J(
            "Resilience4j",
            "https://resilience4j.readme.io/docs",
            "io.github.resilience4j:resilience4j-*",
            "io.github.resilience4j.retry.Retry"),
    FAILSAFE("Failsafe", "https://failsafe.dev", "dev.failsafe:failsafe", "dev.failsafe.Failsafe"),
    SMALLRYE(
            "SmallRye",
            "https://smallrye.io/docs/smallrye-fault-tolerance/",
            "io.smallrye:smallrye-fault-tolerance-standalone",
            "io.smallrye.faulttolerance.api.Guard"),
    SPRING(
            "Spring Framework",
            "https://docs.spring.io/spring-framework/reference/core/resilience.html",
            "org.springframework:spring-core",
            "org.springframework.core.retry.RetryTemplate"),
    SPRING_RETRY(
            "Spring Retry",
            "https://github.com/spring-projects/spring-retry",
            "org.springframework.retry:spring-retry",
            "org.springframework.retry.support.RetryTemplate"),
    JDK(
            "JDK",
            "https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/locks/ReentrantLock.html",
            "java.base",
            "java.util.concurrent.locks.ReentrantLock");

    private final String title;
    private final String documentation;
    private final String artifact;
    private final String type;

    Library(String title, String documentation, String artifact, String type) {
        this.title = title;
        this.documentation = documentation;
        this.artifact = artifact;
        this.type = type;
    }

    String title() {
        return title;
    }

    String documentation() {
        return documentation;
    }

    String artifact() {
        return artifact;
    }

    /** As the name of the jar on the class path says. */
    String version() {
        try {
            if (this == JDK) {
                return "17 to 25"; // whichever runs the build: nothing on the page depends on it
            }
            var source = Class.forName(type).getProtectionDomain().getCodeSource();
            return source.getLocation().getPath().replaceFirst(".*-(\\d[^/]*)\\.jar", "$1");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(artifact + " is not on the class path", e);
        }
    }
}
