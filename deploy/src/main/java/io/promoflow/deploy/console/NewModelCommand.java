package io.promoflow.deploy.console;

import io.promoflow.models.trainer.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A trainer that works from the first minute: its class, its line among the services, its test. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Writes a trainer, its service line and its contract test into module models.")
public final class NewModelCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern PACKAGE = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*");
  private static final Path SOURCES = Path.of("models/src/main/java");
  private static final Path SERVICES =
      Path.of("models/src/main/resources/META-INF/services", Trainer.class.getName());

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "how it is asked for, such as gradient-boosting")
  private String name;

  @Option(
      names = "--package",
      defaultValue = "io.promoflow.models.custom",
      description = "of the class (default ${DEFAULT-VALUE})")
  private String itsPackage;

  @Option(
      names = "--home",
      defaultValue = "${sys:promoflow.home:-.}",
      description = "checkout to write into (default: this one)")
  private Path home;

  @Override
  public Integer call() throws IOException {
    check();
    String itsClass = className(name) + "Trainer";
    Path folder = Path.of(itsPackage.replace('.', '/'));
    Path main = home.resolve(SOURCES).resolve(folder);
    Path tests = home.resolve("models/src/test/java").resolve(folder);
    Path source = main.resolve(itsClass + ".java");
    Path test = tests.resolve(itsClass + "Test.java");
    refuseThoseThatAreThere(source, test);
    var values = Map.of("PACKAGE", itsPackage, "CLASS", itsClass, "NAME", name);
    var written = new ArrayList<Path>();
    written.add(write(source, template("NewTrainer.java.txt", values)));
    written.add(write(test, template("NewTrainerTest.java.txt", values)));
    Path packageInfo = main.resolve("package-info.java");
    if (!Files.exists(packageInfo)) {
      written.add(
          write(packageInfo, "/** Trainers of our own. */\npackage %s;\n".formatted(itsPackage)));
    }
    addService(itsPackage + "." + itsClass);
    tell(written, itsClass);
    return CommandLine.ExitCode.OK;
  }

  private void check() throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw wrong("NAME is small letters, digits and dashes, such as my-model, not '" + name + "'");
    }
    if (!PACKAGE.matcher(itsPackage).matches()) {
      throw wrong("--package is a Java package, not '" + itsPackage + "'");
    }
    if (!Files.exists(home.resolve(SERVICES))) {
      throw wrong(home.toAbsolutePath().normalize() + " is no checkout: it has no " + SERVICES);
    }
    if (isTaken()) {
      throw wrong("there is a trainer '" + name + "' already");
    }
  }

  /** Read from the sources: those of Flink ML can't be loaded beside the Flink of this program. */
  private boolean isTaken() throws IOException {
    Path sources = home.resolve(SOURCES);
    if (!Files.exists(sources)) {
      return false;
    }
    String answer = "return \"" + name + "\";";
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).contains(answer)) {
          return true;
        }
      }
    }
    return false;
  }

  private void refuseThoseThatAreThere(Path... files) {
    Arrays.stream(files)
        .filter(Files::exists)
        .findFirst()
        .ifPresent(
            file -> {
              throw wrong(file + " is there already");
            });
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  /** {@code my-model} is {@code MyModel}. */
  private static String className(String name) {
    return Arrays.stream(name.split("-", -1))
        .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
        .collect(Collectors.joining());
  }

  private static String template(String resource, Map<String, String> values) throws IOException {
    try (InputStream in = NewModelCommand.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace('@' + value.getKey() + '@', value.getValue());
      }
      return text;
    }
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
  }

  private void addService(String line) throws IOException {
    Path file = home.resolve(SERVICES);
    var lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(line);
    Files.write(file, lines);
  }

  private void tell(List<Path> written, String itsClass) {
    var out = spec.commandLine().getOut();
    written.forEach(file -> out.println("wrote   " + file));
    out.println("changed " + home.resolve(SERVICES));
    out.printf(
        "%nformat:      mvn -pl models spotless:apply%n"
            + "try it:      mvn -pl models -am test -Dtest=%sTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        itsClass);
    out.printf(
        "on a table:  ./promoflow train --mapping online-shoppers --trainer %s DATA.csv%n", name);
    out.printf(
        "in the loop: models.propensity.trainers: logistic-regression,%s%n"
            + "             it wins the windows in which it is the best%n",
        name);
    out.flush();
  }
}
