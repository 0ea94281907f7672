/** Contracts that prove that code keeps its promises, and the time and the faults that they run with. */
module dev.reliability.testkit {
    requires static org.jspecify;
    requires awaitility;
    requires dev.reliability.core;
    requires org.slf4j;

    exports dev.reliability.testkit.fault;
    exports dev.reliability.testkit.time;
}
