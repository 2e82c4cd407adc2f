namespace Panel.LocalCluster.Kubelet.Logs;

/// <summary>Finds the last lines of a log file from its end, so that a long log costs no more than a short one.</summary>
static class LogTail
{
    const int BlockBytes = 64 << 10, HeadBytes = 64;

    /// <param name="file">The file.</param>
    /// <param name="lines">How many lines are wanted.</param>
    /// <param name="seen">Lines counted so far, in later files.</param>
    /// <returns>Where they begin, or null when the file has fewer.</returns>
    public static long? Find(FileStream file, long lines, ref long seen)
    {
        // behind each block stand the first bytes of what follows, because the mark of a line stands after its start
        var buffer = new byte[BlockBytes + HeadBytes];
        long? next = null;
        for (var blockEnd = file.Length; blockEnd > 0;)
        {
            var blockStart = Math.Max(0, blockEnd - BlockBytes);
            file.Seek(blockStart, SeekOrigin.Begin);
            var read = file.ReadAtLeast(buffer.AsSpan(0, (int)Math.Min(buffer.Length, blockEnd - blockStart + HeadBytes)), HeadBytes, throwOnEndOfStream: false);
            var block = buffer.AsSpan(0, read);
            for (var at = (int)(blockEnd - blockStart) - 1; at >= -1; at--)
            {
                if (at < 0 && blockStart > 0) break;
                if (at >= 0 && block[at] != '\n') continue;
                var start = blockStart + at + 1;
                if (LogEntry.EndsLine(block[(at + 1)..]) && ++seen > lines) return next ?? file.Length;
                if (start < file.Length) next = start;
            }
            blockEnd = blockStart;
        }
        return null;
    }
}
