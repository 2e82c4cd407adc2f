using System.Threading.Channels;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Panel.Web.Components.Live;
using Radzen;
using Xunit;

namespace Panel.Tests.Web.Live;

public sealed class LiveComponentTests : IAsyncLifetime
{
    readonly BunitContext page = new();
    readonly Source source = new();

    public LiveComponentTests()
    {
        page.Services.AddSingleton(TimeProvider.System).AddSingleton(source).AddRadzenComponents().AddLive();
        page.SetRendererInfo(new("Server", isInteractive: true));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => page.DisposeAsync();

    [Fact]
    public async Task Items_are_drawn_as_they_come()
    {
        var view = page.Render<Follower>();
        await source.Items.Writer.WriteAsync("one");
        await view.WaitForAssertionAsync(() => Assert.Equal("one", view.Find("p").TextContent), Deadline.Usual);
    }

    [Fact]
    public void A_prerendered_page_opens_no_stream()
    {
        page.SetRendererInfo(new("Static", isInteractive: false));
        page.Render<Follower>();
        Assert.Equal(0, source.Opened);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_told_and_tried_again_by_itself()
    {
        source.Failures.Enqueue(new ClusterUnavailableException("The cluster is away."));
        var view = page.Render<Follower>();
        await view.WaitForAssertionAsync(() => Assert.Contains("The cluster is away.", view.Markup, StringComparison.Ordinal), Deadline.Usual);
        await source.Items.Writer.WriteAsync("back");
        await view.WaitForAssertionAsync(() => Assert.Equal("back", view.Find("p").TextContent), Deadline.Usual);
        Assert.DoesNotContain("away", view.Markup, StringComparison.Ordinal);
        Assert.Equal(2, source.Opened);
    }

    [Fact]
    public async Task A_fault_shows_no_detail_and_waits_to_be_tried_again()
    {
        source.Failures.Enqueue(new InvalidOperationException("secret detail"));
        var view = page.Render<Follower>();
        await view.WaitForAssertionAsync(() => Assert.NotEmpty(view.FindAll("[role=alert]")), Deadline.Usual);
        Assert.DoesNotContain("secret", view.Markup, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{32}", view.Markup);
        Assert.Equal(1, source.Opened);
        await source.Items.Writer.WriteAsync("again");
        await view.Find("button").ClickAsync(new());
        await view.WaitForAssertionAsync(() => Assert.Equal("again", view.Find("p").TextContent), Deadline.Usual);
    }

    [Fact]
    public async Task What_goes_closes_its_stream()
    {
        page.Render<Follower>();
        await Deadline.UntilAsync("the stream", () => source.Opened == 1);
        await page.DisposeComponentsAsync().Within("the end of the page");
        Assert.Equal(1, source.Closed);
    }

    [Fact]
    public async Task Refusals_go_to_their_field_or_into_a_toast()
    {
        var feedback = page.Services.GetRequiredService<Feedback>();
        var toasts = page.Services.GetRequiredService<NotificationService>();
        var fields = new FieldErrors();
        Assert.False(await feedback.TryAsync(() => throw new InvalidFieldException("Name", "Give it a name."), fields));
        Assert.Equal("Give it a name.", fields["name"]);
        Assert.Empty(toasts.Messages);
        Assert.False(await feedback.TryAsync(() => throw new ConflictException("Not now."), fields));
        Assert.Null(fields["name"]);
        Assert.Equal("Not now.", Assert.Single(toasts.Messages).Summary);
        Assert.False(await feedback.TryAsync(() => throw new InvalidOperationException("secret detail")));
        Assert.DoesNotContain("secret", toasts.Messages[^1].Detail, StringComparison.Ordinal);
        Assert.True(await feedback.TryAsync(() => Task.CompletedTask));
        Assert.Equal(2, toasts.Messages.Count);
    }

    sealed class Source
    {
        public Channel<string> Items { get; } = Channel.CreateBounded<string>(10);
        public Queue<Exception> Failures { get; } = [];
        public int Opened { get; private set; }
        public int Closed { get; private set; }

        public async IAsyncEnumerable<string> OpenAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            Opened++;
            await Task.Yield();
            if (Failures.TryDequeue(out var failure)) throw failure;
            try
            {
                await foreach (var item in Items.Reader.ReadAllAsync(cancellation)) yield return item;
            }
            finally { Closed++; }
        }
    }

    sealed class Follower : LiveComponent
    {
        string last = "";

        [Inject] Source Source { get; set; } = default!;

        protected override void OnInitialized() => Follow(Source.OpenAsync, item => last = item);

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, last);
            builder.CloseElement();
            if (Failure is null) return;
            builder.OpenComponent<ErrorPanel>(2);
            builder.AddComponentParameter(3, nameof(ErrorPanel.Text), Failure);
            builder.AddComponentParameter(4, nameof(ErrorPanel.OnRetry), EventCallback.Factory.Create(this, Retry));
            builder.CloseComponent();
        }
    }
}
