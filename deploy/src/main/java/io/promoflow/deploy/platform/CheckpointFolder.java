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
