package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.Promoflow;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command writes compiles, is found, and keeps all that a trainer promises. */
class NewModelCommandTest {
  private static final Path SERVICES =
      Path.of("models/src/main/resources/META-INF/services/io.promoflow.models.trainer.Trainer");
  private static final Path CONTRACT = Path.of("../models/target/test-classes").toAbsolutePath();
  private static final String SOURCE = "io/promoflow/models/custom/CoinTossTrainer.java";
  private static final String TEST = "io/promoflow/models/custom/CoinTossTrainerTest.java";

  @TempDir private Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void checkout() throws Exception {
    Files.createDirectories(home.resolve(SERVICES).getParent());
    Files.writeString(home.resolve(SERVICES), "");
  }

  private int run(String... arguments) {
    return Promoflow.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void whatItWritesKeepsTheContract() throws Exception {
    assertThat(run("new", "model", "coin-toss", "--home", home.toString())).isZero();

    assertThat(out.toString()).contains("CoinTossTrainer.java", "-Dtest=CoinTossTrainerTest");
    assertThat(home.resolve(SERVICES)).hasContent("io.promoflow.models.custom.CoinTossTrainer");
    Path classes = compiled();
    var kept = new ArrayList<String>();
    try (var loader = new URLClassLoader(new URL[] {url(classes), url(CONTRACT)})) {
      Class<?> test = loader.loadClass("io.promoflow.models.custom.CoinTossTrainerTest");
      for (Method method : test.getSuperclass().getDeclaredMethods()) {
        // all trainers of the class path can't be loaded here, but for its own module they can
        if (method.isAnnotationPresent(Test.class)
            && !method.getName().equals("isFoundByItsName")) {
          var constructor = test.getDeclaredConstructor();
          constructor.setAccessible(true);
          method.setAccessible(true);
          method.invoke(constructor.newInstance());
          kept.add(method.getName());
        }
      }
    }
    assertThat(kept)
        .contains("learnsWhatIsPlain", "degenerateSamplesAreRefusedOrGiveFiniteAnswers");
  }

  /** As the build would. */
  private Path compiled() throws Exception {
    Path classes = Files.createDirectories(home.resolve("classes"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-Xlint:all",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + CONTRACT,
                home.resolve("models/src/main/java").resolve(SOURCE).toString(),
                home.resolve("models/src/test/java").resolve(TEST).toString());
    assertThat(status).as("compiles").isZero();
    return classes;
  }

  private static URL url(Path folder) throws Exception {
    return folder.toUri().toURL();
  }

  @Test
  void neverWritesOverWhatIsThere() throws Exception {
    assertThat(run("new", "model", "coin-toss", "--home", home.toString())).isZero();
    List<String> services = Files.readAllLines(home.resolve(SERVICES));

    assertThat(run("new", "model", "coin-toss", "--home", home.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("there is a trainer 'coin-toss' already");
    assertThat(home.resolve(SERVICES)).hasContent(String.join("\n", services));
  }

  @Test
  void wrongNamesAreToldApart() throws Exception {
    assertThat(run("new", "model", "Coin Toss", "--home", home.toString())).isEqualTo(2);
    Path sources = Files.createDirectories(home.resolve("models/src/main/java"));
    Files.writeString(sources.resolve("A.java"), "String name() { return \"kmeans\"; }");
    assertThat(run("new", "model", "kmeans", "--home", home.toString())).isEqualTo(2);
    assertThat(run("new", "model", "fine", "--home", home.resolve("x").toString())).isEqualTo(2);
    assertThat(run("new")).isEqualTo(2);

    assertThat(err.toString())
        .contains(
            "not 'Coin Toss'", "there is a trainer 'kmeans' already", "is no checkout", "model");
  }
}
