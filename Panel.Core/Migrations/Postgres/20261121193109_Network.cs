using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Network : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "ReceivedKiB",
                table: "UsageSamples",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SentKiB",
                table: "UsageSamples",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ReceivedKiB",
                table: "UsageSamples");

            migrationBuilder.DropColumn(
                name: "SentKiB",
                table: "UsageSamples");
        }
    }
}
