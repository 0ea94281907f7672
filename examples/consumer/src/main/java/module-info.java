/** Runs jobs, one at a time. */
module com.example.jobs {
    requires dev.reliability.core;

    exports com.example.jobs;
}
