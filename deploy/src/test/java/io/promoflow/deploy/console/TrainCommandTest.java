package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process in between does; a stand-in of a few lines plays the training. */
class TrainCommandTest {
  private static final String STAND_IN =
      """
      package io.promoflow.models.offline;
      import java.nio.file.*;
      public class TrainMain {
        public static void main(String[] args) throws Exception {
          Files.writeString(Path.of(args[1]), String.join(" ", args) + " "
              + System.getProperty("java.io.tmpdir"));
          System.exit(Integer.parseInt(args[0]));
        }
      }
      """;

  @TempDir private Path modules;

  @BeforeEach
  void standIn() throws Exception {
    Path target = Files.createDirectories(modules.resolve("models/target/classes"));
    Path source = Files.writeString(modules.resolve("TrainMain.java"), STAND_IN);
    ToolProvider.getSystemJavaCompiler()
        .run(null, null, null, "-d", target.toString(), source.toString());
    Files.writeString(modules.resolve("models/target/classpath.txt"), target + "\n");
    Files.writeString(target.resolve("promoflow-trainer.jvmargs"), "-Xmx64m\n");
  }

  @Test
  void argumentsGoInAndTheStatusComesOut() throws Exception {
    Path seen = modules.resolve("seen");

    int status = TrainCommand.run(modules, List.of("2", seen.toString(), "--set", "k=3"));

    assertThat(status).isEqualTo(2);
    assertThat(Files.readString(seen)).contains("--set k=3");
  }

  @Test
  void temporaryFolderIsRemoved() throws Exception {
    Path seen = modules.resolve("seen");

    assertThat(TrainCommand.run(modules, List.of("0", seen.toString()))).isZero();

    String told = Files.readString(seen);
    assertThat(Path.of(told.substring(told.lastIndexOf(' ') + 1))).doesNotExist();
  }

  @Test
  void projectThatIsNotBuiltIsToldSo() {
    assertThatThrownBy(() -> TrainCommand.run(modules.resolve("nowhere"), List.of()))
        .hasMessageContaining("build the project first");
  }
}
