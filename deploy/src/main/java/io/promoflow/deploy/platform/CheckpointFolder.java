package io.promoflow.deploy.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Finds the checkpoints that a job left behind. */
final class CheckpointFolder {
  private static final String METADATA = "_metadata";

  private CheckpointFolder() {}

  /** Complete checkpoints ({@code <job id>/chk-<n>} with metadata), the newest first. */
  static List<Path> completedNewestFirst(Path jobFolder) {
    if (!Files.isDirectory(jobFolder)) {
      return List.of();
    }
    try (var paths = Files.walk(jobFolder, 3)) {
      return paths
          .filter(path -> path.endsWith(METADATA))
          .sorted(
              Comparator.comparing(CheckpointFolder::writtenAt)
                  .thenComparing(CheckpointFolder::number)
                  .reversed())
          .map(Path::getParent)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes the folders of the runs that ended before the one a checkpoint is of. A run that goes
   * on from a checkpoint leaves it where it is, so they would pile up.
   *
   * @param newestFirst all checkpoints of the job
   */
  static void removeRunsBefore(Path checkpoint, List<Path> newestFirst) {
    int its = newestFirst.indexOf(checkpoint);
    var kept = newestFirst.subList(0, its + 1).stream().map(Path::getParent).toList();
    newestFirst.stream()
        .skip(its + 1L)
        .map(Path::getParent)
        .distinct()
        .filter(run -> !kept.contains(run))
        .forEach(DataFolder::delete);
  }

  private static long number(Path metadata) {
    String name = metadata.getParent().getFileName().toString();
    return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
  }

  private static long writtenAt(Path metadata) {
    try {
      return Files.getLastModifiedTime(metadata).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
