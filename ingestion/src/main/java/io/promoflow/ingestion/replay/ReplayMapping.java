package io.promoflow.ingestion.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How files of other people's data become raw events: declared in YAML, checked as a whole. See
 * README.md for the keys.
 *
 * @param name of the mapping
 * @param description for people
 * @param sources one per kind of file
 */
public record ReplayMapping(String name, String description, List<SourceMapping> sources) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Names of the mappings that we ship. */
  public static final List<String> SHIPPED = List.of("complete-journey", "online-retail", "taobao");

  /** A mapping that we ship, by name, or one in a file. */
  public static ReplayMapping load(String nameOrFile) {
    try {
      if (SHIPPED.contains(nameOrFile)) {
        String resource = "/mappings/" + nameOrFile + ".yaml";
        try (InputStream in = ReplayMapping.class.getResourceAsStream(resource)) {
          return parse(nameOrFile + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
      Path file = Path.of(nameOrFile);
      if (!Files.isRegularFile(file)) {
        throw new MappingException(
            List.of(
                nameOrFile
                    + ": is no file and none of the shipped mappings, which are "
                    + SHIPPED));
      }
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new MappingException(List.of(nameOrFile + ": cannot be read: " + e.getMessage()));
    }
  }

  /** A mapping in a text; {@code origin} is named in faults. */
  public static ReplayMapping parse(String origin, String yaml) {
    try {
      return new MappingReader(origin).read(YAML.readTree(yaml));
    } catch (IOException e) {
      throw new MappingException(List.of(origin + ": is no YAML: " + e.getMessage()));
    }
  }

  /** The first source that is for this file; refuses a file that none is for. */
  SourceMapping sourceFor(Path file) {
    return sources.stream()
        .filter(source -> source.isFor(file))
        .findFirst()
        .orElseThrow(
            () ->
                new MappingException(
                    List.of(
                        file
                            + ": mapping "
                            + name
                            + " is for files named "
                            + sources.stream().map(SourceMapping::files).toList())));
  }
}
