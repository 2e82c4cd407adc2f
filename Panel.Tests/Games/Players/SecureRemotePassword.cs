using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Panel.Tests.Games.Players;

/// <summary>The client's side of SRP-6a with SHA-256 and the group of 2048 bits of RFC 5054, as Luanti uses it: the verifier is of the name in small letters.</summary>
sealed class SecureRemotePassword(string name, string password)
{
    static readonly BigInteger N = BigInteger.Parse("0" +
        "AC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050A37329CBB4A099ED8193E0757767A13DD52312AB4B03310DCD7F48A9DA04FD50" +
        "E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B855F97993EC975EEAA80D740ADBF4FF747359D041D5C33EA71D281E446B14773B" +
        "CA97B43A23FB801676BD207A436C6481F1D2B9078717461A5B9D32E688F87748544523B524B0D57D5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6" +
        "AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB694B5C803D89F7AE435DE236D525F54759B65E372FCD68EF20FA7111F9E4AFF73",
        NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    static readonly BigInteger G = 2;

    readonly BigInteger secret = Number(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is told first.</summary>
    public byte[] Public => Bytes(BigInteger.ModPow(G, secret, N));

    /// <summary>What a server keeps of somebody new.</summary>
    public byte[] Verifier(byte[] salt) => Bytes(BigInteger.ModPow(G, Key(salt), N));

    /// <summary>The proof that the password is known.</summary>
    /// <param name="salt">The server's, of this name.</param>
    /// <param name="other">The server's public value.</param>
    public byte[] Proof(byte[] salt, byte[] other)
    {
        var (x, b) = (Key(salt), Number(other));
        var u = Number(Hash(Padded(Number(Public)), Padded(b)));
        var k = Number(Hash(Padded(N), Padded(G)));
        var shared = BigInteger.ModPow(BigInteger.Remainder(b - k * BigInteger.ModPow(G, x, N), N) + N, secret + u * x, N);
        var both = Hash(Bytes(N)).Zip(Hash(Bytes(G)), (one, two) => (byte)(one ^ two)).ToArray();
        return Hash(both, Hash(Encoding.UTF8.GetBytes(name)), salt, Public, other, Hash(Bytes(shared)));
    }

    BigInteger Key(byte[] salt) => Number(Hash(salt, Hash(Encoding.UTF8.GetBytes($"{name.ToLowerInvariant()}:{password}"))));

    static byte[] Hash(params byte[][] parts) => SHA256.HashData(parts.SelectMany(part => part).ToArray());

    static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    static byte[] Padded(BigInteger number)
    {
        var bytes = Bytes(number);
        return [.. new byte[256 - bytes.Length], .. bytes];
    }
}
