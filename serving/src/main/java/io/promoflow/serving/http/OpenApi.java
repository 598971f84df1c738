package io.promoflow.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.promoflow.serving.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The OpenAPI document. The server makes its routes and asks for roles as it says, so that document
 * and server cannot differ.
 *
 * @param text as it is served
 * @param operations in the order of the document
 */
record OpenApi(String text, List<Operation> operations) {
  private static final String RESOURCE = "/openapi/serving.yaml";
  private static final String ROLES = "x-roles";
  private static final String LARGE = "x-large-body";

  /**
   * One thing that can be asked for.
   *
   * @param method in upper case
   * @param path as OpenAPI writes it, with names in braces
   * @param id {@code operationId}
   * @param parameters names that its query may have
   * @param roles one of them must be held; empty when no key is needed
   * @param takesBody whether a request has a body
   * @param takesLargeBody whether the body may be larger than others
   */
  record Operation(
      String method,
      String path,
      String id,
      Set<String> parameters,
      Set<Role> roles,
      boolean takesBody,
      boolean takesLargeBody) {}

  static OpenApi read() {
    String text = new String(Resources.bytes(RESOURCE), java.nio.charset.StandardCharsets.UTF_8);
    try {
      JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(text);
      var operations = new ArrayList<Operation>();
      document
          .get("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .properties()
                      .forEach(
                          method ->
                              operations.add(
                                  operation(
                                      document,
                                      method.getKey(),
                                      path.getKey(),
                                      method.getValue()))));
      return new OpenApi(text, List.copyOf(operations));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  private static Operation operation(JsonNode document, String method, String path, JsonNode node) {
    if (!node.has(ROLES)) {
      throw new IllegalStateException(
          method + " " + path + " has no " + ROLES + " in " + RESOURCE + "; [] needs no key");
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    node.get(ROLES).forEach(role -> roles.add(Role.valueOf(role.asText())));
    return new Operation(
        method.toUpperCase(java.util.Locale.ROOT),
        path,
        node.get("operationId").asText(),
        parameters(document, node),
        Set.copyOf(roles),
        node.has("requestBody"),
        node.path(LARGE).asBoolean());
  }

  /** Those of the query. */
  private static Set<String> parameters(JsonNode document, JsonNode node) {
    var names = new HashSet<String>();
    for (JsonNode one : node.path("parameters")) {
      JsonNode told = one.has("$ref") ? document.at(one.get("$ref").asText().substring(1)) : one;
      if (told.get("in").asText().equals("query")) {
        names.add(told.get("name").asText());
      }
    }
    return Set.copyOf(names);
  }
}
