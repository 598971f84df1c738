package io.promoflow.deploy.bench.serving;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Netty that reads a body and answers always the same: the least that HTTP costs. Or it logs the
 * same answer first: the least that an answer costs which must not be lost.
 */
final class NettyHello implements RunningServer {
  private static final int MOST_BYTES = 1 << 16;

  private final EventLoopGroup group;
  private final Channel channel;
  private final HelloLog log;

  private NettyHello(EventLoopGroup group, Channel channel, HelloLog log) {
    this.group = group;
    this.channel = channel;
    this.log = log;
  }

  /**
   * Starts with so many event loops; every answer has so many bytes.
   *
   * @param log that has every answer before it is given; {@link HelloLog#NONE}
   */
  static NettyHello start(Transport transport, int loops, int bodyBytes, HelloLog log)
      throws InterruptedException {
    var sockets = transport.implementation();
    var group = new MultiThreadIoEventLoopGroup(loops, sockets.ioHandlerFactory());
    var answer = new byte[bodyBytes];
    Arrays.fill(answer, (byte) ' ');
    var hello = new Hello(answer, log);
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channelFactory(sockets.serverChannelFactory(false))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel accepted) {
                    accepted
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MOST_BYTES))
                        .addLast(hello);
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    return new NettyHello(group, channel, log);
  }

  @Sharable
  private static final class Hello extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final byte[] answer;
    private final HelloLog log;

    Hello(byte[] answer, HelloLog log) {
      super();
      this.answer = answer;
      this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      log.append(answer, () -> answer(ctx));
    }

    /** From whatever thread. */
    private void answer(ChannelHandlerContext ctx) {
      var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(answer));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
          .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.length);
      var unused = ctx.writeAndFlush(response);
    }
  }

  @Override
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() throws InterruptedException {
    channel.close().sync();
    group.shutdownGracefully().sync();
    log.close();
  }
}
