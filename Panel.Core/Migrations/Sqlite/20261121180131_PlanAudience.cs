using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PlanAudience : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Groups",
                table: "Plans",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "Limited",
                table: "Plans",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Roles",
                table: "Plans",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Groups",
                table: "AspNetUsers",
                type: "TEXT",
                nullable: false,
                defaultValue: "");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Groups",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Limited",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Roles",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Groups",
                table: "AspNetUsers");
        }
    }
}
