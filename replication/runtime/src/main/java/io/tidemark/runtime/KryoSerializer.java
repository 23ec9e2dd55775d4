package io.tidemark.runtime;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.Pool;
import com.typesafe.config.Config;
import java.io.NotSerializableException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/// What actors of different nodes say to each other, as Kryo writes it: registered classes only.
///
/// The setting `tidemark.kryo.classes` gives each class its number. Numbers are the wire format:
/// one is never given to another class. A class without a number is refused on both sides.
public final class KryoSerializer extends SerializerWithStringManifest {
  private static final int IDENTIFIER = 731_001;
  private static final String MANIFEST = "1";
  private static final int FIRST_ID = 16;
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final ExtendedActorSystem system;
  private final Map<Integer, Class<?>> classes = new TreeMap<>();
  private final Pool<Kryo> kryos =
      new Pool<>(true, true) {
        @Override
        protected Kryo create() {
          return newKryo();
        }
      };

  /// Called by Pekko.
  public KryoSerializer(ExtendedActorSystem system) throws ClassNotFoundException {
    this.system = system;
    Config numbers = system.settings().config().getConfig("tidemark.kryo.classes");
    for (String name : numbers.root().keySet()) {
      int id = numbers.getInt("\"" + name + "\"");
      Class<?> type = Class.forName(name, true, system.dynamicAccess().classLoader());
      if (id < FIRST_ID || classes.put(id, type) != null) {
        throw new IllegalArgumentException("tidemark.kryo.classes: bad or repeated number " + id);
      }
    }
  }

  private Kryo newKryo() {
    Kryo kryo =
        new Kryo() {
          // References have classes of Pekko's own; on the wire they are all one.
          @Override
          @SuppressWarnings("rawtypes") // As Kryo declares it.
          public Registration getRegistration(Class type) {
            return super.getRegistration(
                ActorRef.class.isAssignableFrom(type) ? ActorRef.class : type);
          }
        };
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    kryo.register(byte[].class, 10);
    kryo.register(ActorRef.class, new ActorRefSerializer(), 11);
    classes.forEach((id, type) -> kryo.register(type, id));
    return kryo;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object message) {
    Kryo kryo = kryos.obtain();
    try {
      Output output = new Output(256, MAX_MESSAGE_BYTES);
      kryo.writeClassAndObject(output, message);
      return output.toBytes();
    } finally {
      kryos.free(kryo);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!MANIFEST.equals(manifest)) {
      throw new NotSerializableException("manifest " + manifest + ", this node knows " + MANIFEST);
    }
    Kryo kryo = kryos.obtain();
    try {
      return kryo.readClassAndObject(new WholeInput(bytes));
    } catch (RuntimeException e) {
      // Foreign bytes make Kryo, records and references fail in ways of their own.
      throw new NotSerializableException("not a message of this node: " + e.getMessage());
    } finally {
      kryos.free(kryo);
    }
  }

  /// Believes a length only as far as there are bytes.
  ///
  /// Crash story: six bytes that claimed an array of two billion took the memory of the whole node.
  private static final class WholeInput extends Input {
    WholeInput(byte[] bytes) {
      super(bytes);
    }

    @Override
    public byte[] readBytes(int length) {
      checkThere(length);
      return super.readBytes(length);
    }

    /// Reads the length of a string, plus one; every character takes a byte at least.
    @Override
    public int readVarIntFlag(boolean optimizePositive) {
      int lengthPlusOne = super.readVarIntFlag(optimizePositive);
      checkThere(lengthPlusOne == 0 ? 0 : lengthPlusOne - 1);
      return lengthPlusOne;
    }

    private void checkThere(int length) {
      if (length < 0 || length > limit - position) {
        throw new KryoException(
            "a length of " + length + ", and " + (limit - position) + " bytes are left");
      }
    }
  }

  /// An actor reference as its path, which names the node.
  private final class ActorRefSerializer extends Serializer<ActorRef<?>> {
    @Override
    public void write(Kryo kryo, Output output, ActorRef<?> ref) {
      output.writeString(resolver().toSerializationFormat(ref));
    }

    @Override
    public ActorRef<?> read(Kryo kryo, Input input, Class<? extends ActorRef<?>> type) {
      return resolver().resolveActorRef(input.readString());
    }

    private ActorRefResolver resolver() {
      return ActorRefResolver.get(Adapter.toTyped(system));
    }
  }
}
