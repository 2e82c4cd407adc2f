using System.Net;
using Panel.Core.Files.Pulls;
using Xunit;

namespace Panel.Tests.Files;

public sealed class OutgoingAddressesTests
{
    static readonly OutgoingAddresses rules = new([], []);

    [Theory]
    [InlineData("0.0.0.0"), InlineData("10.1.2.3"), InlineData("100.64.0.1"), InlineData("100.127.255.255"), InlineData("127.0.0.1"), InlineData("127.255.255.254"), InlineData("169.254.169.254"), InlineData("172.16.0.1"), InlineData("172.31.255.255")]
    [InlineData("192.0.0.8"), InlineData("192.0.2.1"), InlineData("192.88.99.1"), InlineData("192.168.0.1"), InlineData("198.18.0.1"), InlineData("198.51.100.1"), InlineData("203.0.113.1"), InlineData("224.0.0.1"), InlineData("239.1.1.1"), InlineData("240.0.0.1"), InlineData("255.255.255.255"), InlineData("168.63.129.16")]
    [InlineData("::"), InlineData("::1"), InlineData("::ffff:10.0.0.1"), InlineData("::ffff:169.254.169.254"), InlineData("::127.0.0.1"), InlineData("64:ff9b::10.0.0.1"), InlineData("64:ff9b::169.254.169.254"), InlineData("64:ff9b:1::1"), InlineData("100::1"), InlineData("2001::1"), InlineData("2001:10::1")]
    [InlineData("2001:db8::1"), InlineData("2002:7f00:1::"), InlineData("2002:a9fe:a9fe::1"), InlineData("3fff::1"), InlineData("5f00::1"), InlineData("fc00::1"), InlineData("fd00:ec2::254"), InlineData("fe80::1"), InlineData("fe80::1%1"), InlineData("fec0::1"), InlineData("ff02::1")]
    public void Address_that_is_not_of_the_open_network_is_refused(string address) => Assert.False(rules.Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1"), InlineData("9.255.255.255"), InlineData("11.0.0.0"), InlineData("100.63.255.255"), InlineData("100.128.0.0"), InlineData("172.15.255.255"), InlineData("172.32.0.0"), InlineData("223.255.255.255"), InlineData("::ffff:1.1.1.1"), InlineData("64:ff9b::1.1.1.1"), InlineData("2606:4700:4700::1111"), InlineData("2a00:1450::1")]
    public void Address_of_the_open_network_is_allowed(string address) => Assert.True(rules.Allows(IPAddress.Parse(address)));

    [Fact]
    public void Operator_allows_and_refuses_more()
    {
        var own = new OutgoingAddresses(["10.1.0.0/16", "fd00:1::/32"], ["1.2.0.0/16", "2a00:5::/32"]);
        Assert.True(own.Allows(IPAddress.Parse("10.1.2.3")));
        Assert.True(own.Allows(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.True(own.Allows(IPAddress.Parse("fd00:1::5")));
        Assert.False(own.Allows(IPAddress.Parse("10.2.2.3")));
        Assert.False(own.Allows(IPAddress.Parse("1.2.3.4")));
        Assert.False(own.Allows(IPAddress.Parse("::ffff:1.2.3.4")));
        Assert.False(own.Allows(IPAddress.Parse("64:ff9b::1.2.3.4")));
        Assert.False(own.Allows(IPAddress.Parse("2a00:5::1")));
    }
}
