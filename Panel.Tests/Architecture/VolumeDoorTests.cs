using System.Reflection;
using Panel.Contracts.Files;
using Panel.Core;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Files.Protection;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>There is one door to the files of servers for people, and each way through it asks the template's denylist.</summary>
public sealed class VolumeDoorTests
{
    static readonly Type[] ports = [typeof(IServerFiles), typeof(IServerArchives), typeof(IServerTools), typeof(IUploadParts)];

    // names and sizes, which lists show of everything; what tells nothing of a file; and the question itself
    static readonly string[] open = ["ListAsync", "LookAsync", "MeasureAsync", "BinAsync", "UploadsAsync", "FindAsync", "CancelAsync", "May"];

    public static TheoryData<string> Ways => [.. Methods().Select(method => method.Name).Where(name => !open.Contains(name)).Distinct()];

    static MethodInfo[] Methods() => typeof(OpenVolume).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    [Fact]
    public void Nothing_but_the_door_and_the_panel_itself_has_a_way_to_files()
    {
        // ConfigFiles is what the panel does before a start
        Type[] known = [typeof(VolumePorts), typeof(Core.Servers.ConfigFiles)];
        var others = new[] { typeof(PanelDb).Assembly, typeof(Panel.Web.PanelSetup).Assembly }.SelectMany(assembly => assembly.GetTypes()).Where(type => !known.Contains(type) && !ports.Contains(type)).Where(type =>
            type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).SelectMany(one => one.GetParameters()).Any(parameter => ports.Contains(parameter.ParameterType) || (parameter.ParameterType == typeof(VolumePorts) && type != typeof(ServerVolumes) && type != typeof(OpenVolume)))
            || type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).SelectMany(one => one.GetParameters()).Any(parameter => ports.Contains(parameter.ParameterType))
            || type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static).Any(field => ports.Contains(field.FieldType)));
        Assert.Empty(others.Select(type => type.FullName));
    }

    [Fact]
    public void Every_way_to_files_has_a_door()
    {
        var doors = Methods().Select(method => method.Name).ToHashSet();
        // what folders hold, the door itself asks; uploads have a list of their own
        Assert.Equal([nameof(IServerTools.TreeAsync)], ports.SelectMany(port => port.GetMethods()).Select(method => method.Name).Where(name => !doors.Contains(name)));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Every_door_refuses_what_is_denied_before_anything_is_done(string way)
    {
        foreach (var method in Methods().Where(method => method.Name == way))
        {
            var calls = new List<string>();
            var volume = new OpenVolume(new(Port<IServerFiles>(calls), Port<IServerArchives>(calls), Port<IServerTools>(calls), Port<IUploadParts>(calls)), "server-1", Denylist.Parse(["*.key"]), binding: true);
            await Assert.ThrowsAsync<FileProtectedException>(async () => await RunAsync(() => method.Invoke(volume, BindingFlags.DoNotWrapExceptions, null, [.. method.GetParameters().Select(Argument)], null)));
            Assert.Empty(calls);
        }
    }

    static async Task RunAsync(Func<object?> invoke)
    {
        switch (invoke())
        {
            case Task task:
                await task;
                break;
            case IAsyncEnumerable<FileMatch> found:
                await foreach (var _ in found) Assert.Fail("It was looked into.");
                break;
        }
    }

    static object? Argument(ParameterInfo parameter)
    {
        var denied = ServerPath.Parse("/a.key");
        return parameter.ParameterType switch
        {
            var type when type == typeof(ServerPath) => denied,
            var type when type == typeof(IReadOnlyList<string>) => (string[])["b.key"],
            var type when type == typeof(IReadOnlyList<ServerPath>) => (ServerPath[])[denied],
            var type when type == typeof(IReadOnlyList<(KeptId, ServerPath)>) => ((KeptId, ServerPath)[])[(KeptId.New(DateTimeOffset.UnixEpoch), denied)],
            var type when type == typeof(IReadOnlyList<BinEntry>) => (BinEntry[])[new(KeptId.New(DateTimeOffset.UnixEpoch).Value, "/a.key", FileKind.File, 1, DateTimeOffset.UnixEpoch)],
            var type when type == typeof(UploadEnd) => new UploadEnd(denied, 1, null, null),
            var type when type == typeof(FileSearchRequest) => new FileSearchRequest { Text = "x", Contents = true },
            var type when type == typeof(KeptId) => KeptId.New(DateTimeOffset.UnixEpoch),
            var type when type == typeof(Stream) => Stream.Null,
            var type when type == typeof(byte[]) => Array.Empty<byte>(),
            var type when type.IsValueType => Activator.CreateInstance(type),
            _ => null,
        };
    }

    static T Port<T>(List<string> calls) where T : class
    {
        var port = DispatchProxy.Create<T, Closed>();
        ((Closed)(object)port).Calls = calls;
        return port;
    }

    /// <summary>A port that nobody is to come to. That of what folders hold tells of something that is denied.</summary>
    public class Closed : DispatchProxy
    {
        /// <summary>What was called.</summary>
        public List<string> Calls { get; set; } = [];

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IServerTools.TreeAsync)) return TreeAsync();
            Calls.Add(targetMethod.Name);
            throw new InvalidOperationException($"{targetMethod.Name} was reached.");
        }

        static async IAsyncEnumerable<TreeEntry> TreeAsync()
        {
            await Task.Yield();
            yield return new(0, [], FileKind.Link, "a.key");
            yield return new(1, [], FileKind.File, "");
        }
    }
}
