package dev.reliability.testkit.report;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium with scripts switched off, as wide and as dark as a test asks for. */
final class Browser implements AutoCloseable {
    private final ChromeDriver driver;

    private Browser(File chromium, File chromedriver, Path profile) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments(
                "--headless",
                "--no-sandbox", // CI runs as root
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver)
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    }

    /** Starts one, if the machine has it: CHROMIUM and CHROMEDRIVER, or by these names on the PATH. */
    static Optional<Browser> start(Path profile) {
        Optional<File> chromium = executable("CHROMIUM", "chromium");
        Optional<File> chromedriver = executable("CHROMEDRIVER", "chromedriver");
        return chromium.flatMap(browser -> chromedriver.map(driver -> new Browser(browser, driver, profile)));
    }

    private static Optional<File> executable(String variable, String name) {
        String chosen = System.getenv().getOrDefault(variable, name);
        return Stream.concat(
                        Stream.of(new File(chosen)).filter(File::isAbsolute),
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                                .map(directory -> new File(directory, chosen)))
                .filter(file -> file.isFile() && file.canExecute())
                .findFirst();
    }

    /** Opens a page, on a screen of that width. */
    void open(Path page, int width, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", width < 500));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.get(page.toUri().toString());
    }

    /** Asks the page something, from outside: its own scripts stay off. */
    Object ask(String expression, Object... arguments) {
        return driver.executeScript("return " + expression, arguments);
    }

    List<WebElement> find(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Keeps a picture of the whole page, however long. */
    void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Object height = ask("document.documentElement.scrollHeight");
        Object width = ask("window.innerWidth");
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
