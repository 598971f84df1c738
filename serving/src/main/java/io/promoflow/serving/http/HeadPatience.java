package io.promoflow.serving.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection of the HTTP server behind when the head of a request does not become whole in
 * time: nobody else looks at a request before it is, and a byte now and then keeps the connection
 * from being idle. Stands before the server's parser, with an ear behind it.
 */
final class HeadPatience extends ChannelInboundHandlerAdapter {
  private final long millis;
  private boolean isHead = true;

  /** Null when no head is waited for. */
  private ScheduledFuture<?> end;

  private HeadPatience(long millis) {
    super();
    this.millis = millis;
  }

  /** Watches the requests that come after this handler. */
  static void watch(ChannelPipeline pipeline, String before, long millis) {
    ChannelHandlerContext parser = pipeline.context(HttpRequestDecoder.class);
    if (parser != null) {
      var patience = new HeadPatience(millis);
      pipeline.addAfter(before, null, patience).addAfter(parser.name(), null, patience.new Ear());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (isHead && end == null) {
      wait(ctx);
    }
    ctx.fireChannelRead(bytes);
  }

  private void wait(ChannelHandlerContext ctx) {
    end = ctx.executor().schedule(() -> giveUpOn(ctx), millis, TimeUnit.MILLISECONDS);
  }

  private void giveUpOn(ChannelHandlerContext ctx) {
    if (ctx.channel().config().isAutoRead()) {
      var unused = ctx.close();
    } else {
      wait(ctx); // the server itself does not read on, busy with requests before
    }
  }

  private void stop() {
    if (end != null) {
      end.cancel(false);
      end = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
  }

  /** Hears what the parser made of the bytes. */
  private final class Ear extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest) {
        isHead = false;
        stop();
      }
      if (message instanceof LastHttpContent) {
        isHead = true;
      }
      ctx.fireChannelRead(message);
    }
  }
}
