using System.Text;
using Panel.LocalCluster.Api.Protobuf;
using Panel.LocalCluster.Store;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

/// <summary>What kubectl sends as protobuf, without kubectl.</summary>
public sealed class ProtobufTests
{
    [Fact]
    public void An_object_is_read_as_the_json_that_says_the_same()
    {
        var metadata = Message(1, [.. Message(1, "one"u8), .. Message(2, ""u8), .. Varint(7, 0), .. Message(8, []), .. Message(11, Entry("tier", "a"u8)), .. Message(11, Entry("app", "b"u8))]);

        var map = ProtobufBody.Read(Envelope("v1", "ConfigMap", [.. metadata, .. Message(2, Entry("key", "värde"u8)), .. Message(3, Entry("raw", [1, 2, 255])), .. Varint(4, 0)]));

        Assert.Equal("""{"metadata":{"name":"one","labels":{"tier":"a","app":"b"}},"data":{"key":"v\u00E4rde"},"binaryData":{"raw":"AQL/"},"immutable":false,"apiVersion":"v1","kind":"ConfigMap"}""", map.ToJsonString());
    }

    [Fact]
    public void Numbers_keep_their_zero_where_it_says_something_and_quantities_are_text()
    {
        var spec = Message(2, [.. Message(1, Entry("requests.storage", Message(1, "5Gi"u8))), .. Message(2, "BestEffort"u8), .. Message(2, "Terminating"u8)]);
        var budget = Message(2, [.. Message(1, [.. Varint(1, 1), .. Varint(2, 0), .. Message(3, "50%"u8)]), .. Message(3, [.. Varint(1, 0), .. Varint(2, 0), .. Message(3, ""u8)])]);

        Assert.Equal("""{"spec":{"hard":{"requests.storage":"5Gi"},"scopes":["BestEffort","Terminating"]},"apiVersion":"v1","kind":"ResourceQuota"}""", ProtobufBody.Read(Envelope("v1", "ResourceQuota", spec)).ToJsonString());
        Assert.Equal("""{"spec":{"minAvailable":"50%"},"apiVersion":"policy/v1","kind":"PodDisruptionBudget"}""", ProtobufBody.Read(Envelope("policy/v1", "PodDisruptionBudget", Message(2, Message(1, [.. Varint(1, 1), .. Message(3, "50%"u8)])))).ToJsonString());
        Assert.Equal(0, (int)ProtobufBody.Read(Envelope("policy/v1", "PodDisruptionBudget", budget))["spec"]!["maxUnavailable"]!);
        Assert.Equal(0, (int)ProtobufBody.Read(Envelope("apps/v1", "Deployment", Message(2, Varint(1, 0))))["spec"]!["replicas"]!);
    }

    [Fact]
    public void What_cannot_be_said_is_refused_and_not_left_out()
    {
        var unknownField = Assert.Throws<StatusException>(() => ProtobufBody.Read(Envelope("v1", "Pod", Message(2, Message(26, Message(1, "10.0.0.1"u8))))));
        var unknownKind = Assert.Throws<StatusException>(() => ProtobufBody.Read(Envelope("v1", "Node", [])));

        Assert.Equal((415, 415), (unknownField.Code, unknownKind.Code));
        Assert.Contains("field 26 of PodSpec can be sent as JSON or YAML only", unknownField.Message);
        Assert.Contains("Node of v1", unknownKind.Message);
    }

    [Fact]
    public void Broken_bytes_are_refused_and_nothing_else_happens()
    {
        var whole = Envelope("v1", "Secret", [.. Message(1, Message(1, "one"u8)), .. Message(2, Entry("key", [1, 2, 3])), .. Message(3, "Opaque"u8)]);
        var random = new Random(7);

        for (var i = 0; i < 5000; i++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var j = random.Next(4); j > 0 && bytes.Length > 4; j--) bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            try
            {
                ProtobufBody.Read(bytes);
            }
            catch (StatusException refusal)
            {
                Assert.True(refusal.Code is 400 or 415, refusal.Message);
            }
        }
    }

    static byte[] Envelope(string version, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Message(1, [.. Message(1, Encoding.UTF8.GetBytes(version)), .. Message(2, Encoding.UTF8.GetBytes(kind))]), .. Message(2, raw), .. Message(3, ""u8), .. Message(4, ""u8)];

    static byte[] Entry(string key, ReadOnlySpan<byte> value) => [.. Message(1, Encoding.UTF8.GetBytes(key)), .. Message(2, value)];

    static byte[] Message(int field, ReadOnlySpan<byte> bytes) => [.. Number((uint)field << 3 | 2), .. Number((uint)bytes.Length), .. bytes];

    static byte[] Varint(int field, uint value) => [.. Number((uint)field << 3), .. Number(value)];

    static byte[] Number(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
