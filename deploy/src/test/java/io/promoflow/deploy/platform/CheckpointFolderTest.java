package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoint a job goes on from. */
class CheckpointFolderTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  @TempDir private Path folder;

  private Path completed(String name, Instant at) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve(name));
    Path metadata = Files.writeString(checkpoint.resolve("_metadata"), "state");
    Files.setLastModifiedTime(metadata, FileTime.from(at));
    return checkpoint;
  }

  @Test
  void newestIsFirstEvenWhenAnEarlierRunCountedFurther() throws Exception {
    Path earlierRun = completed("run-one/chk-900", NOON);
    Path older = completed("run-two/chk-9", NOON.plusSeconds(60));
    Path newest = completed("run-two/chk-10", NOON.plusSeconds(62));
    assertThat(CheckpointFolder.completedNewestFirst(folder))
        .containsExactly(newest, older, earlierRun);
  }

  @Test
  void ofTwoAtTheSameMomentTheHigherNumberIsNewer() throws Exception {
    Path nine = completed("run/chk-9", NOON);
    Path ten = completed("run/chk-10", NOON);
    assertThat(CheckpointFolder.completedNewestFirst(folder)).containsExactly(ten, nine);
  }

  @Test
  void oneThatWasBeingWrittenDoesNotCount() throws Exception {
    Path complete = completed("run/chk-1", NOON);
    Files.writeString(
        Files.createDirectories(folder.resolve("run/chk-2")).resolve("part-of-the-state"), "half");
    Files.createDirectories(folder.resolve("run/shared"));
    assertThat(CheckpointFolder.completedNewestFirst(folder)).containsExactly(complete);
  }

  @Test
  void jobThatNeverRanHasNone() {
    assertThat(CheckpointFolder.completedNewestFirst(folder.resolve("never"))).isEmpty();
  }

  @Test
  void runsBeforeTheOneThatIsGoneOnFromAreRemoved() throws Exception {
    Path longAgo = completed("run-one/chk-7", NOON);
    Path older = completed("run-two/chk-9", NOON.plusSeconds(60));
    Path readable = completed("run-two/chk-10", NOON.plusSeconds(62));
    Path torn = completed("run-three/chk-1", NOON.plusSeconds(90));
    CheckpointFolder.removeRunsBefore(readable, CheckpointFolder.completedNewestFirst(folder));
    assertThat(longAgo.getParent()).doesNotExist();
    assertThat(older).exists();
    assertThat(readable).exists();
    assertThat(torn).exists();
  }
}
