using Panel.Kube.Wire;
using Xunit;

namespace Panel.Tests.Wire;

public sealed class QuantityTests
{
    [Theory, InlineData("250m", 250), InlineData("1.5", 1500), InlineData("12345678n", 13)]
    public void Text_becomes_thousandths(string text, long expected) => Assert.Equal(expected, Quantity.ToMillis(text));
}
