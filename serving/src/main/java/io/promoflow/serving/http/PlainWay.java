package io.promoflow.serving.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.promoflow.serving.http.DecisionService.Answered;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The quickest way of {@code POST /v1/decisions}, of one connection: what {@link PlainRequest}
 * recognises is let in, decided, logged and answered from the bytes of the connection. The first
 * request that is anything else goes to the HTTP server behind, and the connection with it, so that
 * two readers never take turns on one stream of bytes.
 */
final class PlainWay extends ChannelDuplexHandler implements BiConsumer<Answered, Throwable> {
  private static final int MOST_HELD_BYTES = 4 * PlainRequest.MOST_BYTES;

  private final PlainDesk desk;
  private final Gate.Pass pass = new Gate.Pass();

  /** What came and was not taken yet; null when that is nothing. */
  private ByteBuf held;

  private ChannelHandlerContext context;
  private boolean asking;
  private boolean isWaitedFor;
  private boolean gone;
  private long began;

  /** Whether the connection is to be closed as soon as the question is answered. */
  private boolean closing;

  PlainWay(PlainDesk desk) {
    super();
    this.desk = desk;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var chunk = (ByteBuf) message;
    held =
        held == null
            ? chunk
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, chunk);
    goOn();
    if (asking && held != null && held.readableBytes() > MOST_HELD_BYTES) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** Takes what is held, a question after the other; answers go out in the order of questions. */
  private void goOn() {
    while (held != null && !asking && !gone) {
      int length = Math.min(held.readableBytes(), PlainRequest.MOST_BYTES);
      byte[] bytes = desk.bytes();
      held.getBytes(held.readerIndex(), bytes, 0, length);
      PlainRequest request = desk.request();
      switch (request.read(bytes, length)) {
        case WHOLE -> take(request);
        case OTHER -> handOver();
        case UNFINISHED -> {
          waitForRest();
          return;
        }
      }
    }
  }

  private void take(PlainRequest request) {
    if (!desk.admits(request, pass)) {
      handOver();
      return;
    }
    held.skipBytes(request.size());
    if (!held.isReadable()) {
      held.release();
      held = null;
    }
    asking = true;
    began = System.nanoTime();
    desk.ask(request.body(), this);
  }

  /** What takes longer than the server's patience is its own parser's to refuse. */
  private void waitForRest() {
    if (!isWaitedFor) {
      isWaitedFor = true;
      ByteBuf waiting = held;
      var unused = // ends with the connection
          context
              .executor()
              .schedule(() -> giveUpOn(waiting), desk.patienceMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very bytes that it began to wait with
  private void giveUpOn(ByteBuf waiting) {
    isWaitedFor = false;
    if (held != null && !asking && !gone) {
      if (held == waiting) {
        handOver();
      } else {
        waitForRest();
      }
    }
  }

  private void handOver() {
    gone = true;
    ByteBuf rest = held;
    held = null;
    context.channel().config().setAutoRead(true);
    context.fireChannelRead(rest);
    context.fireChannelReadComplete();
    context.pipeline().remove(this);
  }

  /** The answer, from whatever thread. */
  @Override
  public void accept(Answered answered, Throwable failure) {
    if (context.executor().inEventLoop()) {
      answer(answered, failure);
    } else {
      context.executor().execute(() -> answer(answered, failure));
    }
  }

  private void answer(Answered answered, Throwable failure) {
    asking = false;
    if (!context.channel().isActive()) {
      return;
    }
    context.writeAndFlush(
        desk.written(context.alloc(), answered, failure, began), context.voidPromise());
    var idle = context.pipeline().get(IdleStateHandler.class);
    if (idle != null) {
      idle.resetReadTimeout();
    }
    if (closing) {
      context.close();
      return;
    }
    if (held != null) {
      goOn();
      if (!asking) {
        context.channel().config().setAutoRead(true);
      }
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (asking) {
      closing = true;
      ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    } else {
      ctx.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    letGo();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    letGo();
  }

  private void letGo() {
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
