using System.Collections;
using System.Text;
using Panel.Contracts.Files;

namespace Panel.Core.Files;

/// <summary>
/// The entries of a folder, of which there may be many: folders first, then by name as people count. They are held as a few arrays, some 45
/// bytes for each; an entry is made when it is asked for.
/// </summary>
public sealed class FolderEntries : IReadOnlyList<FileEntry>
{
    readonly byte[] names;
    readonly int[] ends;
    readonly long[] sizes, times;
    readonly ushort[] modes;
    readonly byte[] kinds;
    readonly Func<string, bool, string?>? rules;

    FolderEntries(FolderEntries from, Func<string, bool, string?> rules)
    {
        (Count, names, ends, sizes, times, modes, kinds) = (from.Count, from.names, from.ends, from.sizes, from.times, from.modes, from.kinds);
        this.rules = rules;
    }

    FolderEntries(Collector from, int[] order)
    {
        Count = order.Length;
        (names, ends, sizes, times, modes, kinds) = (new byte[from.NameBytes], new int[Count], new long[Count], new long[Count], new ushort[Count], new byte[Count]);
        var end = 0;
        for (var i = 0; i < Count; i++)
        {
            var name = from.NameOf(order[i]);
            name.CopyTo(names.AsSpan(end));
            ends[i] = end += name.Length;
            (sizes[i], times[i], modes[i], var kind) = from.Facts(order[i]);
            kinds[i] = (byte)kind;
        }
    }

    /// <summary>No entry at all.</summary>
    public static FolderEntries None { get; } = new Collector().Sorted();

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>How much memory they take, in bytes.</summary>
    public long Weight => names.Length + Count * (sizeof(int) + 2L * sizeof(long) + sizeof(ushort) + sizeof(byte));

    /// <inheritdoc/>
    public FileEntry this[int index]
    {
        get
        {
            var name = FileNames.Text(NameOf(index));
            return new(name, KindOf(index), sizes[index], ModifiedOf(index), modes[index]) { ProtectedBy = rules?.Invoke(name, KindOf(index) is FileKind.Folder) };
        }
    }

    /// <summary>The same entries, each with the line that keeps it from people.</summary>
    /// <param name="rules">Tells the line, of a name and whether it is a folder; null for none.</param>
    internal FolderEntries Marked(Func<string, bool, string?> rules) => new(this, rules);

    /// <summary>The name of an entry, as it lies on the disk.</summary>
    public ReadOnlySpan<byte> NameOf(int index) => names.AsSpan((index == 0 ? 0 : ends[index - 1])..ends[index]);

    /// <summary>What an entry is.</summary>
    public FileKind KindOf(int index) => (FileKind)kinds[index];

    /// <summary>The size of an entry in bytes; 0 for what is no file.</summary>
    public long BytesOf(int index) => sizes[index];

    /// <summary>When an entry last changed, in UTC.</summary>
    public DateTimeOffset ModifiedOf(int index) => new(times[index], TimeSpan.Zero);

    /// <summary>The place of a name; -1 when there is none.</summary>
    public int IndexOf(string name)
    {
        var bytes = FileNames.Bytes(name).AsSpan();
        for (var i = 0; i < Count; i++)
        {
            if (NameOf(i).SequenceEqual(bytes)) return i;
        }
        return -1;
    }

    /// <summary>Takes entries from wherever they are.</summary>
    public static FolderEntries Of(IReadOnlyList<FileEntry> entries)
    {
        if (entries is FolderEntries folder) return folder;
        var collector = new Collector();
        foreach (var entry in entries) collector.Add(FileNames.Bytes(entry.Name), entry.Kind, entry.Bytes, entry.ModifiedAt.UtcTicks, entry.Mode);
        return collector.Sorted();
    }

    /// <inheritdoc/>
    public IEnumerator<FileEntry> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes entries one after another, and sorts them at the end.</summary>
    public sealed class Collector
    {
        readonly List<(int Start, int Length, long Bytes, long Ticks, ushort Mode, FileKind Kind)> entries = [];
        byte[] names = new byte[4096];

        /// <summary>How many there are.</summary>
        public int Count => entries.Count;

        internal int NameBytes { get; private set; }

        /// <summary>Adds one.</summary>
        /// <param name="name">Its name, as it lies on the disk.</param>
        /// <param name="kind">What it is.</param>
        /// <param name="bytes">Its size; 0 for what is no file.</param>
        /// <param name="ticks">When it last changed, in ticks of UTC.</param>
        /// <param name="mode">Its permission bits.</param>
        public void Add(ReadOnlySpan<byte> name, FileKind kind, long bytes, long ticks, int mode)
        {
            if (NameBytes + name.Length > names.Length) Array.Resize(ref names, Math.Max(names.Length * 2, NameBytes + name.Length));
            name.CopyTo(names.AsSpan(NameBytes));
            entries.Add((NameBytes, name.Length, bytes, Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), (ushort)mode, kind));
            NameBytes += name.Length;
        }

        /// <summary>All that were added, in order.</summary>
        public FolderEntries Sorted()
        {
            var order = new int[Count];
            for (var i = 0; i < order.Length; i++) order[i] = i;
            // capital letters outside ASCII are compared as small ones; names that have any are few
            var folded = new Dictionary<int, byte[]>();
            for (var i = 0; i < order.Length; i++)
            {
                if (!Ascii.IsValid(NameOf(i))) folded[i] = Encoding.UTF8.GetBytes(FileNames.Text(NameOf(i)).ToLowerInvariant());
            }
            Array.Sort(order, (one, other) =>
            {
                var folders = (entries[one].Kind != FileKind.Folder).CompareTo(entries[other].Kind != FileKind.Folder);
                if (folders != 0) return folders;
                var names = NaturalOrder.Compare(Key(one), Key(other));
                return names != 0 ? names : NameOf(one).SequenceCompareTo(NameOf(other));
            });
            return new(this, order);

            ReadOnlySpan<byte> Key(int index) => folded.Count > 0 && folded.TryGetValue(index, out var key) ? key : NameOf(index);
        }

        internal ReadOnlySpan<byte> NameOf(int index) => names.AsSpan(entries[index].Start, entries[index].Length);

        internal (long Bytes, long Ticks, ushort Mode, FileKind Kind) Facts(int index) => (entries[index].Bytes, entries[index].Ticks, entries[index].Mode, entries[index].Kind);
    }
}
