package io.tidemark.node.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;

import io.tidemark.storage.StorageException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Pekko HTTP refuses by itself, and what fails on the way, as problems.
final class Rejections {
  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  static final RejectionHandler AS_PROBLEMS =
      RejectionHandler.defaultHandler().mapRejectionResponse(Rejections::problem);

  static final ExceptionHandler FAILURES =
      ExceptionHandler.newBuilder()
          .match(
              EntityStreamSizeException.class,
              _ ->
                  complete(
                      Problem.tooLarge("a body has at most " + HttpApi.MAX_BODY_BYTES + " bytes")
                          .response()))
          .match(
              IllegalArgumentException.class,
              e -> complete(Problem.badRequest(e.getMessage()).response()))
          .match(StorageException.class, e -> complete(Problem.internal(e.getMessage()).response()))
          .matchAny(
              e -> {
                LOG.error("a request failed", e);
                return complete(Problem.internal(e.toString()).response());
              })
          .build();

  private Rejections() {}

  private static HttpResponse problem(HttpResponse rejected) {
    int status = rejected.status().intValue();
    String detail =
        rejected.entity() instanceof HttpEntity.Strict strict
            ? strict.getData().utf8String()
            : rejected.status().reason();
    Problem problem =
        switch (status) {
          case 404 -> Problem.notFound("no such resource");
          case 405 -> new Problem("urn:tidemark:bad-request", "method not allowed", 405, detail);
          case 413 -> Problem.tooLarge(detail);
          case 400 -> Problem.badRequest(detail);
          default -> new Problem("urn:tidemark:bad-request", "bad request", status, detail);
        };
    return problem.response();
  }
}
