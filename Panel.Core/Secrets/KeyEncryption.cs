using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Panel.Core.Secrets;

/// <summary>The key outside of the database that keys in it are encrypted with.</summary>
sealed class OuterKey(IOptions<SecretOptions> secrets, IOptions<DatabaseOptions> database, IOptions<PanelOptions> panel)
{
    readonly Lazy<byte[]?> bytes = new(() => Find(secrets.Value, database.Value, panel.Value));

    /// <summary>32 bytes; null where there is none.</summary>
    public byte[]? Bytes => bytes.Value;

    static byte[]? Find(SecretOptions secrets, DatabaseOptions database, PanelOptions panel)
    {
        if (secrets.Key is { Length: > 0 } named) return Derive(named);
        // replicas have a data directory each: a key made in one of them would lock the others out
        return database.Provider is DatabaseProvider.Sqlite ? Derive(ReadOrMake(Path.Combine(panel.DataDirectory, "secrets.key"))) : null;
    }

    static byte[] Derive(string text) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), 32, info: "Panel keys"u8.ToArray());

    static string ReadOrMake(string file)
    {
        if (File.Exists(file)) return File.ReadAllText(file).Trim();
        var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // whole or not at all: half a key would be another key at the next start
        using (var writer = new StreamWriter(file + ".new", options)) writer.Write(made);
        File.Move(file + ".new", file);
        return made;
    }
}

/// <summary>Encrypts keys before they are stored.</summary>
sealed class KeyEncryptor(byte[] key) : IXmlEncryptor
{
    static readonly XNamespace Protection = "http://schemas.asp.net/2015/03/dataProtection";

    /// <summary>Encrypts a key that was stored open, as data protection does with a new one: each part that asks for it is replaced.</summary>
    /// <returns>Whether there was anything to encrypt.</returns>
    public bool Seal(XElement stored)
    {
        var open = stored.Descendants().Where(element => element.Attribute(Protection + "requiresEncryption") is not null).ToList();
        foreach (var element in open)
        {
            var made = Encrypt(element);
            element.ReplaceWith(new XElement(Protection + "encryptedSecret", new XAttribute("decryptorType", made.DecryptorType.AssemblyQualifiedName!), made.EncryptedElement));
        }
        return open.Count > 0;
    }

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        var (nonce, tag, cipher) = KeyDecryptor.Split(sealedBytes);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span);
        CryptographicOperations.ZeroMemory(plain);
        return new(new XElement("aesGcm", Convert.ToBase64String(sealedBytes)), typeof(KeyDecryptor));
    }
}

/// <summary>Decrypts stored keys. Data protection makes it, by the name that stands beside the key.</summary>
public sealed class KeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    /// <inheritdoc/>
    /// <exception cref="CryptographicException">The key was encrypted with another one, or there is none now.</exception>
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetRequiredService<OuterKey>().Bytes
            ?? throw new CryptographicException($"The keys in the database are encrypted: set {SecretOptions.Section}:{nameof(SecretOptions.Key)} to what it was when they were made.");
        var (nonce, tag, cipher) = Split(Convert.FromBase64String(encryptedElement.Value));
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }

    internal static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Split(byte[] bytes)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        return (bytes.AsMemory(0, nonce), bytes.AsMemory(nonce, tag), bytes.AsMemory(nonce + tag));
    }
}
