using Microsoft.Win32.SafeHandles;
using Panel.LocalCluster.Kubelet.Logs;

namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>Carries what a container writes from its two pipes into its log, on a thread of its own.</summary>
/// <remarks>A thread and not a task: reading pipes without blocking needs poll(2), and one full disk must not stop the others.</remarks>
sealed class ContainerOutput : IDisposable
{
    readonly SafeFileHandle?[] pipes;
    readonly SafeFileHandle wakeReader, wakeWriter;
    readonly ContainerLog log;
    readonly Lock gate = new();
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool draining, leaving;
    bool closed;

    public ContainerOutput(string outPath, string errPath, ContainerLog log, string name)
    {
        this.log = log;
        (wakeReader, wakeWriter) = Posix.MakePipe();
        pipes = [Posix.OpenReader(outPath), Posix.OpenReader(errPath), wakeReader];
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>The program is over: reads what is left and ends the log.</summary>
    public Task FinishAsync()
    {
        draining = true;
        Wake();
        return done.Task;
    }

    /// <summary>Lets go of the pipes; the program runs on and its log is taken up again later.</summary>
    public Task LeaveAsync()
    {
        leaving = true;
        Wake();
        return done.Task;
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            foreach (var pipe in pipes) pipe?.Dispose();
            wakeWriter.Dispose();
        }
    }

    // the thread may see what it is to do before it is woken, and be done by then
    void Wake()
    {
        lock (gate)
        {
            if (!closed) _ = Posix.Write(wakeWriter, "w"u8);
        }
    }

    void Run()
    {
        try
        {
            LineSplitter[] splitters = [new(log, stderr: false), new(log, stderr: true)];
            var buffer = new byte[64 << 10];
            while (!leaving)
            {
                var last = draining;
                var got = false;
                for (var i = 0; i < splitters.Length; i++)
                {
                    if (pipes[i] is not { } pipe || Posix.Read(pipe, buffer) is not (> 0 and var read)) continue;
                    splitters[i].Push(buffer.AsSpan(0, read));
                    got = true;
                }
                log.Flush();
                if (got) continue;
                if (last) break;
                Posix.WaitReadable(pipes, -1);
                _ = Posix.Read(wakeReader, buffer);
            }
            foreach (var splitter in splitters) splitter.Finish();
        }
        catch (Exception fault)
        {
            // on a thread of its own nobody else would catch it
            log.Fail(fault);
        }
        finally
        {
            if (leaving) log.Flush();
            else log.End();
            Dispose();
            done.SetResult();
        }
    }
}
