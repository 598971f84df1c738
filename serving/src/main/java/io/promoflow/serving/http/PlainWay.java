package io.promoflow.serving.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quickest way of {@code POST /v1/decisions}, of one connection: what {@link PlainRequest}
 * recognises is let in, decided, logged and answered from the bytes of the connection. The first
 * request that is anything else goes to the HTTP server behind, and the connection with it, so that
 * two readers never take turns on one stream of bytes.
 */
final class PlainWay extends ChannelDuplexHandler implements BiConsumer<Answered, Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(PlainWay.class);
  private static final int MOST_HELD_BYTES = 4 * PlainRequest.MOST_BYTES;

  private final PlainDesk desk;
  private final Gate.Pass pass = new Gate.Pass();
  private ChannelHandlerContext context;

  /** The server's own; it sees nothing of what is answered here. Null until the first read. */
  private IdleStateHandler idle;

  /** What came and was not taken yet; null when that is nothing. */
  private ByteBuf held;

  /** Questions taken so far. */
  private long taken;

  private long began;
  private boolean going;
  private boolean asking;
  private boolean paused;
  private boolean isWaitedFor;

  /** Whether the connection is to be closed as soon as the question is answered. */
  private boolean closing;

  /** Whether the server behind has the connection. */
  private boolean gone;

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
    if (held == null) {
      held = chunk;
    } else {
      held.discardSomeReadBytes();
      held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, chunk);
    }
    isAlive();
    goOn();
  }

  private void isAlive() {
    if (idle == null) {
      idle = context.pipeline().get(IdleStateHandler.class);
    }
    if (idle != null) {
      idle.resetReadTimeout();
    }
  }

  /**
   * Takes what is held, a question after the other: answers go out in the order of questions, and
   * only as fast as the caller reads them.
   */
  private void goOn() {
    if (going) {
      return; // a question that was answered at once; the loop goes on by itself
    }
    going = true;
    try {
      takeAll();
    } finally {
      going = false;
    }
    read();
  }

  private void takeAll() {
    boolean isWhole = true;
    while (held != null && isWhole && !asking && !gone && context.channel().isWritable()) {
      int length = Math.min(held.readableBytes(), PlainRequest.MOST_BYTES);
      byte[] bytes = desk.bytes();
      held.getBytes(held.readerIndex(), bytes, 0, length);
      PlainRequest request = desk.request();
      switch (request.read(bytes, length)) {
        case WHOLE -> take(request);
        case OTHER -> handOver();
        case UNFINISHED -> {
          isWhole = false;
          waitForRest();
        }
      }
    }
  }

  /** No more is read than is soon answered. */
  private void read() {
    boolean enough = held != null && held.readableBytes() > MOST_HELD_BYTES;
    if (!gone && enough != paused) {
      paused = enough;
      context.channel().config().setAutoRead(!enough);
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
    taken++;
    asking = true;
    began = System.nanoTime();
    desk.ask(request.body(), this);
  }

  /** A request that does not become whole soon is for the server's own parser to refuse. */
  private void waitForRest() {
    if (!isWaitedFor) {
      isWaitedFor = true;
      long before = taken;
      var unused = // ends with the connection
          context
              .executor()
              .schedule(() -> giveUpOn(before), desk.restMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void giveUpOn(long before) {
    isWaitedFor = false;
    if (held != null && !asking && !gone) {
      if (taken == before) {
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
    HeadPatience.watch(context.pipeline(), context.name(), desk.patienceMillis());
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
    if (!context.channel().isActive()) {
      desk.note(failure, began);
      asking = false;
      return;
    }
    ByteBuf out;
    try {
      out = desk.written(context.alloc(), answered, failure, began);
    } catch (RuntimeException | OutOfMemoryError e) {
      // the next answer must not be taken for this one's
      LOG.error("an answer cannot be written, its connection is closed", e);
      ChannelFuture unused = context.close();
      return;
    }
    asking = false;
    if (closing) {
      ChannelFuture unused = context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    } else {
      ChannelFuture unused = context.writeAndFlush(out, context.voidPromise());
      isAlive();
      goOn();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    goOn();
    ctx.fireChannelWritabilityChanged();
  }

  /** Waits for the answer of a question under way, but not for long. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (asking) {
      closing = true;
      ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
      ScheduledFuture<?> unused = // the connection is closed by then
          ctx.executor()
              .schedule(() -> closeNow(ctx), desk.patienceMillis(), TimeUnit.MILLISECONDS);
    } else {
      ChannelFuture unused = ctx.close(promise);
    }
  }

  private static void closeNow(ChannelHandlerContext ctx) {
    ChannelFuture unused = ctx.close();
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
