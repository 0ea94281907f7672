/** The tests are a module of their own: then the kit is a module, too, and may use what core keeps for it. */
open module com.example.jobs.test {
    requires com.example.jobs;
    requires dev.reliability.testkit;
}
