using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SQLitePCL;

namespace Panel.Core;

/// <summary>
/// Microsoft.Data.Sqlite 10 asks for SQLitePCLRaw.core 2.1.13; the package source has 2.0.6 only, which holds
/// all that it calls but load_extension. .NET refuses a lower version by itself, so this hands it over,
/// and binds SQLite to the system's library: the one in the 2.0.6 packages is 3.35.5, too old for EF Core's JSON queries.
/// </summary>
internal static class SqliteBinding
{
#pragma warning disable CA2255 // the one hook that runs in the app, in tests and under dotnet-ef alike
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Install()
    {
        AssemblyLoadContext.GetLoadContext(typeof(SqliteBinding).Assembly)!.Resolving += (_, name) =>
            name.Name == "SQLitePCLRaw.core" ? typeof(raw).Assembly : null;

        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (library, assembly, path) =>
            NativeLibrary.Load(library == "e_sqlite3" ? "libsqlite3.so.0" : library, assembly, path));
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
    }
}
