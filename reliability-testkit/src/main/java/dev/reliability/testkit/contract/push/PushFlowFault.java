package dev.reliability.testkit.contract.push;

/** A change that makes a flow wrong. */
enum PushFlowFault {
    NONE,
    NO_DESTINATIONS,
    BLANK_NAME,
    RELATIVE_URL,
    OTHER_SCHEME,
    NO_URL;

    PushFlow in(PushFlow flow) {
        int last = flow.destinations().size() - 1;
        PushDestination right = flow.destinations().get(last);
        return switch (this) {
            case NONE -> flow;
            case NO_DESTINATIONS -> flow.withoutDestinations();
            case BLANK_NAME -> flow.withDestination(last, new PushDestination(" ", right.url()), "name");
            case RELATIVE_URL -> flow.withDestination(last, new PushDestination(right.name(), "/shop"), "url");
            case OTHER_SCHEME ->
                flow.withDestination(last, new PushDestination(right.name(), "ftp://127.0.0.1/shop"), "url");
            case NO_URL -> flow.withDestination(last, new PushDestination(right.name(), "not a url"), "url");
        };
    }
}
