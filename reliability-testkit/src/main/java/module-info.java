/** Contracts that prove that code keeps its promises, and the time and the faults that they run with. */
module dev.reliability.testkit {
    requires static org.jspecify;
    requires dev.reliability.core;

    exports dev.reliability.testkit.time;
}
