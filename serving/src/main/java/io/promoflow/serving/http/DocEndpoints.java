package io.promoflow.serving.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/** The OpenAPI document, and Swagger UI on it, all served from here. */
final class DocEndpoints implements Endpoints {
  private static final String PAGE = "/openapi/docs.html";
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

  /** Of the page, by name, with their media types. */
  private static final Map<String, String> FILES =
      Map.of(
          "swagger-ui.css", "text/css",
          "swagger-ui-bundle.js", "text/javascript",
          "docs.js", "text/javascript");

  private final OpenApi openApi;

  DocEndpoints(OpenApi openApi) {
    this.openApi = openApi;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of(
        "openApi",
        ctx ->
            Answers.send(
                ctx.response(),
                200,
                "application/yaml",
                openApi.text().getBytes(StandardCharsets.UTF_8)),
        "docs",
        this::page,
        "docsFile",
        this::file);
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader("Content-Security-Policy", POLICY);
    Answers.send(ctx.response(), 200, "text/html; charset=utf-8", Resources.bytes(PAGE));
  }

  private void file(RoutingContext ctx) {
    String name = ctx.pathParam("file");
    String type = FILES.get(name);
    if (type == null) {
      throw new ProblemException(Problem.notFound("the page has no file of this name"));
    }
    String folder = name.startsWith("docs") ? "/openapi/" : swagger();
    Answers.send(ctx.response(), 200, type, Resources.bytes(folder + name));
  }

  private static String swagger() {
    var made = new Properties();
    byte[] properties = Resources.bytes("/META-INF/maven/org.webjars/swagger-ui/pom.properties");
    try {
      made.load(new ByteArrayInputStream(properties));
    } catch (IOException e) {
      throw new UncheckedIOException("Swagger UI cannot be read", e);
    }
    return "/META-INF/resources/webjars/swagger-ui/" + made.getProperty("version") + "/";
  }
}
