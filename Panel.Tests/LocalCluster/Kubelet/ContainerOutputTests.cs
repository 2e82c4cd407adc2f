using Panel.LocalCluster.Kubelet.Logs;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

public sealed class ContainerOutputTests : IDisposable
{
    readonly TempFolder folder = new();

    [Fact]
    public async Task Output_ends_however_late_it_is_woken_for_it()
    {
        var (output, error) = (folder["out"], folder["err"]);
        Posix.MakeFifo(output);
        Posix.MakeFifo(error);
        // told to end from several sides at once, the thread is done before the last of them wakes it
        for (var round = 0; round < 400; round++)
        {
            using var log = new ContainerLog(folder[$"log{round}"], 1 << 20, 2, TimeProvider.System, _ => { });
            var reader = new ContainerOutput(output, error, log, "test");
            using (var writer = new FileStream(output, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) writer.Write("last words\n"u8);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(reader.FinishAsync))).Within("the end");
        }
    }

    public void Dispose() => folder.Dispose();
}
