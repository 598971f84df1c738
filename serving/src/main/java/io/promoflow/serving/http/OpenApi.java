package io.promoflow.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.promoflow.serving.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
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
   * @param roles one of them must be held; empty when no key is needed
   * @param takesBody whether a request has a body
   * @param takesLargeBody whether the body may be larger than others
   */
  record Operation(
      String method,
      String path,
      String id,
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
                                  operation(method.getKey(), path.getKey(), method.getValue()))));
      return new OpenApi(text, List.copyOf(operations));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  private static Operation operation(String method, String path, JsonNode node) {
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
        Set.copyOf(roles),
        node.has("requestBody"),
        node.path(LARGE).asBoolean());
  }
}
