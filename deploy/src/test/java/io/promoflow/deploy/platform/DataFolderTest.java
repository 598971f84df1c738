package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded platform keeps, and for whom. */
class DataFolderTest {
  @TempDir private Path root;

  @Test
  void serversComeBackOnTheirPorts() {
    int port = new DataFolder(root).port("kafka");
    assertThat(new DataFolder(root).port("kafka")).isEqualTo(port);
    assertThat(new DataFolder(root).port("postgres")).isNotEqualTo(port);
  }

  @Test
  void notesAreReplacedWhole() {
    var data = new DataFolder(root);
    data.remember("platform", Map.of("pid", "1", "http", "x"));
    data.remember("platform", Map.of("pid", "2"));
    assertThat(data.remembered("platform")).isEqualTo(Map.of("pid", "2"));
    assertThat(data.remembered("never")).isEmpty();
  }

  @Test
  void folderOfARunningPlatformIsNeitherSharedNorWiped() throws Exception {
    Path precious = Files.writeString(root.resolve("precious"), "rows");
    var data = new DataFolder(root);
    try (var other = OtherProcess.that("claim", root)) {
      assertThat(other).isNotNull();
      assertThatThrownBy(data::claim).hasMessageContaining("another platform runs on " + root);
      assertThatThrownBy(data::wipe).hasMessageContaining("another platform runs on");
      assertThatThrownBy(() -> EmbeddedPlatform.removeEarlier(root))
          .hasMessageContaining("another platform runs on");
      assertThat(precious).exists();
    }
    data.claim();
    data.wipe();
    assertThat(precious).doesNotExist();
    data.release();
  }
}
